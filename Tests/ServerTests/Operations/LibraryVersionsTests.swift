import Server
import Testing

@Suite struct `libnghttp2` {
  private func refusal(_ number: Int, package: String? = nil) -> String? {
    LibraryVersions(nghttp2: "x", number: number, package: package).refusal?.description
  }

  @Test func `is taken when it has every fix`() {
    #expect(refusal(0x01_44_01) == nil)
    #expect(refusal(0x02_00_00) == nil)
    #expect(refusal(0x01_34_00, package: "1.52.0-1+deb12u3") == nil)
    #expect(refusal(0x01_34_00, package: "1.52.0-1+deb12u12") == nil)
  }

  @Test(arguments: ["1.52.0-1", "1.52.0-1+deb12u1", "1.52.0-1+deb12u2"])
  func `is refused in a package without the fixes`(package: String) {
    #expect(refusal(0x01_34_00, package: package)?.contains("1.52.0-1+deb12u3") == true)
  }

  @Test func `is refused below the oldest version that Debian fixed`() {
    #expect(refusal(0x01_33_00) != nil)
    #expect(refusal(0) != nil)
  }

  @Test func `is named by dpkg's status file`() {
    let status = """
      Package: libnghttp2-14-dbg
      Version: 9

      Package: libnghttp2-14
      Status: install ok installed
      Version: 1.52.0-1+deb12u3

      Package: other
      Version: 8

      """
    #expect(
      LibraryVersions.packageVersion("libnghttp2-14", status: status) == "1.52.0-1+deb12u3")
    #expect(LibraryVersions.packageVersion("libnghttp2", status: status) == nil)
  }
}
