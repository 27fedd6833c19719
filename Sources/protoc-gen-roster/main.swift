print("protoc-gen-roster")
