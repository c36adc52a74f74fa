import Files
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore

extension Call {
  /// A list as a file for spreadsheets: page by page in short reads, of which each leaves before the next is asked.
  /// - Parameters:
  ///   - name: what the file is called, with today's date behind it.
  ///   - page: the lines behind a place, and where the next page starts; it logs whom it shows.
  func spreadsheet<Place: Sendable>(
    _ name: String, header: [String],
    page: @escaping @Sendable (_ after: Place?) async throws -> (lines: [[String]], next: Place?)
  ) -> Response {
    let body = ResponseBody { writer in
      var bytes: [UInt8] = [0xEF, 0xBB, 0xBF]
      CSVText.append(header, to: &bytes, for: .spreadsheet)
      var after: Place?
      repeat {
        let (lines, next) = try await page(after)
        for line in lines { CSVText.append(line, to: &bytes, for: .spreadsheet) }
        try await writer.write(ByteBuffer(bytes: bytes))
        bytes.removeAll(keepingCapacity: true)
        after = next
      } while after != nil
      try await writer.finish(nil)
    }
    return Response(
      status: .ok,
      headers: [
        .contentType: "text/csv; charset=utf-8", .cacheControl: "no-store",
        .contentDisposition: "attachment; filename=\"\(name)-\(format.today).csv\"",
      ], body: body)
  }
}
