import Files
import Kernel
import Testing

/// Reads a whole table; each row as its fields joined by `|`, or its fault's code.
private func rows(_ text: String) throws -> [String] { try rows(Array(text.utf8)) }

private func rows(_ bytes: [UInt8]) throws -> [String] {
  let file = try TableFile.open(MemoryBytes(bytes))
  var rows: [String] = []
  while let record = try file.next() { rows.append(record.fault?.rawValue ?? record.fields.joined(separator: "|")) }
  return rows
}

@Suite struct CSVReaderTests {
  @Test(
    "reads what RFC 4180 allows and what files really hold",
    arguments: [
      ("a,b\n1,2\n", ["1|2"]),
      ("a,b\r\n1,2\r\n3,4", ["1|2", "3|4"]),
      ("a,b\r1,2\r3,4\r", ["1|2", "3|4"]),
      ("a,b\n\"1,5\",\"he said \"\"no\"\"\"\n", ["1,5|he said \"no\""]),
      ("a,b\n\"two\nlines\",2\n3,4\n", ["two\nlines|2", "3|4"]),
      ("a,b\n\"two\r\nlines\",2\r\n", ["two\r\nlines|2"]),
      ("a,b\n\n\n1,2\n\n3,4\n\n", ["1|2", "3|4"]),
      ("a,b\n,\n\"\",x\n", ["|", "|x"]),
      ("a,b\n5\" pipe,2\n", ["5\" pipe|2"]),
      ("a,b\n1\n1,2,3\n1,2,,\n3,4\n", ["ROW_SHORT", "ROW_LONG", "1|2", "3|4"]),
      ("a;b\n1;2,5\n", ["1|2,5"]),
      ("a\tb\n1\t2\n", ["1|2"]),
      ("a|b\n1|2\n", ["1|2"]),
      ("姓名,地址\n欧阳娜,湖南省\n\u{20BB7}野家,\u{3000}\n", ["欧阳娜|湖南省", "\u{20BB7}野家|\u{3000}"]),
      ("name\nx\ny\n", ["x", "y"]),
    ])
  func forms(text: String, expected: [String]) throws {
    #expect(try rows(text) == expected)
  }

  @Test(
    "a row that cannot be read costs no other row",
    arguments: [
      ("a,b\n\"open,2\n3,4\n5,6\n", ["QUOTE_UNBALANCED", "3|4", "5|6"]),
      ("a,b\n\"open,2\n3,\"four\"\n5,6\n", ["QUOTE_UNBALANCED", "3|four", "5|6"]),
      ("a,b\n\"x\"y,2\n3,4\n", ["QUOTE_UNBALANCED", "3|4"]),
      ("a,b\n1,2\n3,\"", ["1|2", "QUOTE_UNBALANCED"]),
      ("a,b\n1,\u{0}\n3,4\n", ["1|\u{0}", "3|4"]),
    ])
  func recovers(text: String, expected: [String]) throws {
    #expect(try rows(text) == expected)
  }

  @Test("a huge field or row is refused by its code in bounded memory, and the next row is read")
  func huge() throws {
    let field = String(repeating: "x", count: Limits.field + 1)
    #expect(try rows("a,b\n\(field),2\n3,4\n") == ["FIELD_TOO_LONG", "3|4"])
    let row = String(repeating: "y", count: Limits.row * 3)
    #expect(try rows("a,b\n\(row),2\n3,4\n") == ["ROW_TOO_LONG", "3|4"])
    #expect(try rows("a,b\n\"\(row),2\n3,4\n") == ["ROW_TOO_LONG", "3|4"])
    let lines = String(repeating: "z,z\n", count: Limits.row / 3)
    let read = try rows("a,b\n\"stray,2\n\(lines)")
    #expect(read.first == "QUOTE_UNBALANCED")
    #expect(read.count == Limits.row / 3 + 1)
  }

  @Test("bytes that are no characters are reported and do not stop anything")
  func damagedBytes() throws {
    var bytes = Array("a,b\n1,".utf8)
    let valid = [UInt8](repeating: 0x20, count: 1 << 20)
    bytes += valid + Array("\n2,".utf8) + [0xFF, 0xFE, 0x41] + Array("\n3,4\n".utf8)
    let file = try TableFile.open(MemoryBytes(bytes))
    #expect(try file.next()?.fault == .fieldTooLong)
    let second = try #require(try file.next())
    #expect(second.damaged == [1])
    #expect(second.fields[1].hasSuffix("A"))
    #expect(try file.next()?.fields == ["3", "4"])
  }

  @Test("what is no table has its code", arguments: [("", "FILE_EMPTY"), ("\n\n\n", "HEADER_MISSING")])
  func noTable(text: String, code: String) throws {
    let error = #expect(throws: AppError.self) { try TableFile.open(MemoryBytes(text)) }
    #expect(error?.code == code)
  }

  @Test(
    "the header is found below titles and blank lines",
    arguments: [
      ("客户清单\n\n打印日期：2026-11-22\n姓名,手机号,地址\n李文,139,湖南\n", ["姓名", "手机号", "地址"]),
      ("Customer list,,\n,,\nName,Mobile,City\nLi,139,X\n", ["Name", "Mobile", "City"]),
      (" 姓名* ,手机号：,\n李文,139,x\n", ["姓名", "手机号"]),
      ("name,name,\nx,1,\n", ["name", "name (2)"]),
    ])
  func header(text: String, columns: [String]) throws {
    let known: Set<String> = ["姓名", "手机号", "地址", "Name", "Mobile", "City", "name"]
    let file = try TableFile.open(MemoryBytes(text)) { known.contains($0) }
    #expect(file.shape.columns == columns)
    #expect(try file.next()?.number == 1)
  }

  @Test("a row with fewer values than a header with blank names at its end is still whole")
  func blankColumnAtEnd() throws {
    #expect(try rows("a,b,\n1,2,\n3,4\n") == ["1|2", "3|4"])
  }
}
