print("Server")
