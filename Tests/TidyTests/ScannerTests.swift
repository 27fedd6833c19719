import Testing

@Suite struct `The scanner of the tidy tests` {
  @Test func `blanks comments and the insides of strings`() {
    let text = #"let a = "x{\(b ? "}" : "{")}" // { "# + "\nlet c = 1 /* } */ + 2\n"
    let blanked = Blanking(Array(text.utf8))
    let code = String(decoding: blanked.code, as: UTF8.self)
    #expect(!code.contains("{") && !code.contains("}"))
    #expect(code.contains("let c = 1") && code.contains("+ 2"))
    #expect(String(decoding: blanked.uncommented, as: UTF8.self).contains("\"x{"))
    #expect(code.utf8.count == text.utf8.count)
  }

  @Test func `reads raw and multi-line strings to their own end`() {
    let text =
      "let a = #\"say \"{\" twice\"#\nlet b = \"\"\"\n  SELECT \"{\"\n  \"\"\"\nfunc f() {}\n"
    let code = String(decoding: Blanking(Array(text.utf8)).code, as: UTF8.self)
    #expect(code.contains("func f() {}"))
    #expect(!code.contains("SELECT") && !code.contains("twice"))
  }

  @Test func `measures functions and skips requirements and calls`() {
    let text = """
      protocol P {
        func required(_ a: Int) -> Int
        init(name: String)
      }
      func f(_ a: Map<A, B>, b: (Int, Int) -> Void) throws(E) -> Int {
        if a {
          while b { g { $0 } }
        }
        self.init(a, b)
      }
      """
    let shapes = FunctionShape.all(in: Blanking(Array(text.utf8)).code)
    #expect(shapes == [FunctionShape(line: 5, lineCount: 6, parameterCount: 2, nesting: 1)])
  }
}
