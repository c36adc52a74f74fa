import Files
import Foundation
import Kernel
import Testing

/// 4,000 rows with quotes, line breaks, four-byte characters, blank lines and stray quotes.
private let sample: String = {
  var text = "\n客户清单\n客户号,姓名,备注\n"
  for row in 1...4_000 {
    text += "C\(row),\u{20BB7}\(row)娜,\"第\(row)行\n\"\"引号\"\"，逗号,\"\r\n"
    if row % 7 == 0 { text += "\r\n" }
    if row % 50 == 0 { text += "\"stray,\(row)\n" }
  }
  return text
}()

private func remaining(_ file: TableFile) throws -> [Record] {
  var records: [Record] = []
  while let record = try file.next() { records.append(record) }
  return records
}

@Suite struct TableFileTests {
  @Test("every carrier gives the same rows", arguments: Carrier.allCases)
  func carriers(_ carrier: Carrier) throws {
    let file = try TableFile.open(MemoryBytes(try carrier.bytes(sample)))
    #expect(file.shape.columns == ["客户号", "姓名", "备注"])
    let records = try remaining(file)
    #expect(records.count == 4_080)
    #expect(records.filter { $0.fault == .quote }.count == 80)
    #expect(records[0].fields == ["C1", "\u{20BB7}1娜", "第1行\n\"引号\"，逗号,"])
    #expect(records.last?.number == 4_080)
    #expect(records.allSatisfy { $0.damaged.isEmpty })
  }

  @Test("reading resumes at any row's byte and goes on to the same rows", arguments: Carrier.allCases)
  func resumes(_ carrier: Carrier) throws {
    let bytes = try carrier.bytes(sample)
    let first = try TableFile.open(MemoryBytes(bytes))
    let records = try remaining(first)
    for place in [0, 1, 57, 2_000, 4_078, 4_079] {
      let stopped = records[place]
      let resumed = try TableFile.resume(
        MemoryBytes(bytes), shape: first.shape, at: stopped.to, after: stopped.number)
      let rest = try remaining(resumed)
      #expect(rest.map(\.fields) == records[(place + 1)...].map(\.fields))
      #expect(rest.map(\.number) == records[(place + 1)...].map(\.number))
      #expect(rest.map(\.from) == records[(place + 1)...].map(\.from))
    }
  }

  @Test("the shape survives being stored")
  func shapeCoding() throws {
    let shape = try TableFile.open(MemoryBytes(try Carrier.gzipGB18030.bytes(sample))).shape
    #expect(shape.gzipped && shape.encoding == .gb18030 && shape.delimiter == 44)
    #expect(try JSONDecoder().decode(TableShape.self, from: JSONEncoder().encode(shape)) == shape)
  }

  @Test("NDJSON lines are rows; what is no flat object has its code")
  func ndjson() throws {
    let text = """
      {"id": 1, "name": "欧阳\\u00b7娜\\ud842\\udfb7", "income": 1.50, "vip": true}

      {"id":"2","name":null,"note":"tab\\t\\"quote\\""}
      {"id": {"nested": 1}}
      {"id": 4} trailing
      not json
      {"id": nan}
      {"id":5,"name":"\\ud842 lone"}
      """
    let file = try TableFile.open(MemoryBytes(text))
    #expect(file.shape.format == .ndjson)
    #expect(file.shape.columns == ["id", "name", "income", "vip", "note"])
    let records = try remaining(file)
    #expect(
      records.map { $0.fault?.rawValue ?? $0.fields.joined(separator: "|") } == [
        "1|欧阳·娜\u{20BB7}|1.50|true|", "2||||tab\t\"quote\"", "JSON_INVALID", "JSON_INVALID", "JSON_INVALID",
        "JSON_INVALID", "5|\u{FFFD} lone|||",
      ])
    #expect(records.last?.damaged == [1])
    #expect(records[0].to == records[1].from - 1)
    let resumed = try TableFile.resume(MemoryBytes(text), shape: file.shape, at: records[4].to, after: 5)
    #expect(try resumed.next()?.number == 6)
  }

  @Test("a damaged or shortened gzip file says so")
  func gzipFaults() throws {
    let whole = try Carrier.gzip.bytes(sample)
    let cut = #expect(throws: AppError.self) { try MemoryGunzip.all(Array(whole.dropLast(20))) }
    #expect(cut?.code == "GZIP_TRUNCATED")
    var bent = whole
    for place in 40..<80 { bent[place] ^= 0x5A }
    let damaged = #expect(throws: AppError.self) { try MemoryGunzip.all(bent) }
    #expect(damaged?.code == "GZIP_INVALID")
  }

  @Test("a table of more columns than any has is put aside")
  func tooManyColumns() throws {
    let header = Array((1...1_001).map { "c\($0)" }.joined(separator: ",").utf8)
    let refused = #expect(throws: AppError.self) { try TableFile.open(MemoryBytes(header)) }
    #expect(refused?.code == "COLUMNS_TOO_MANY")
  }

  @Test("a gzip file made to unpack without end is put aside")
  func gzipBomb() throws {
    let bomb = try Carrier.packed([UInt8](repeating: 0x61, count: 72 << 20))
    let refused = #expect(throws: AppError.self) { try MemoryGunzip.all(bomb) }
    #expect(refused?.code == "GZIP_RATIO")
  }

  @Test("bytes outside GB18030 become U+FFFD and are reported")
  func gb18030Damage() throws {
    var bytes = try Carrier.gb18030("姓名,地址\n李文,湖南\n")
    bytes += try Carrier.gb18030("王") + [0xFF, 0x2C] + Carrier.gb18030("北京\n赵,上海\n")
    let records = try remaining(TableFile.open(MemoryBytes(bytes)))
    #expect(records.map(\.fields) == [["李文", "湖南"], ["王\u{FFFD}", "北京"], ["赵", "上海"]])
    #expect(records.map(\.damaged) == [[], [0], []])
  }

  @Test("a character cut by the sample's end does not turn UTF-8 into GB18030", arguments: 0..<4)
  func sampleEdge(shift: Int) throws {
    let text = "姓名,地址\n" + String(repeating: "x", count: shift) + String(repeating: "李文娜,湖\n", count: 120_000)
    #expect(try TableFile.open(MemoryBytes(text)).shape.encoding == .utf8)
  }

  @Test("pieces of any size give the same bytes", arguments: [1, 2, 3, 7, 1_000])
  func pieces(size: Int) throws {
    let bytes = try Carrier.gb18030(String(sample.prefix(3_000)))
    var rest = bytes[...]
    let source = PieceBytes {
      defer { rest = rest.dropFirst(size) }
      return Array(rest.prefix(size))
    }
    let split = try remaining(TableFile.open(source))
    let whole = try remaining(TableFile.open(MemoryBytes(bytes)))
    #expect(split.map(\.fields) == whole.map(\.fields))
  }

  @Test("a missing file is not found")
  func missing() {
    let error = #expect(throws: AppError.self) { try FileBytes(path: "/nonexistent/file.csv") }
    #expect(error?.kind == .notFound)
  }
}

private enum MemoryGunzip {
  static func all(_ bytes: [UInt8]) throws -> [UInt8] { try Gunzip(MemoryBytes(bytes)).readAll() }
}
