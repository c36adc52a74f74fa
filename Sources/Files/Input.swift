/// Decoded bytes with as much look-ahead as a record needs. Positions are counted from the first unread byte.
final class Input {
  private let source: any ByteSource
  private var space: UnsafeMutableRawBufferPointer
  private var start = 0
  private var end = 0
  private(set) var ended = false
  /// Place of the first unread byte in the decoded stream.
  private(set) var offset: Int64 = 0

  init(_ source: any ByteSource) {
    self.source = source
    space = .allocate(byteCount: pieceSize * 2, alignment: 16)
  }

  deinit { space.deallocate() }

  var available: Int { end - start }

  /// The unread bytes; valid until the next call of `more` or `consume`.
  var unread: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: UnsafeRawBufferPointer(space).assumingMemoryBound(to: UInt8.self)[start..<end])
  }

  /// Reads on; false at the end.
  func more() throws -> Bool {
    if ended { return false }
    if space.count - end < pieceSize { makeRoom() }
    let count = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: space[end...]))
    end += count
    ended = count == 0
    return !ended
  }

  private func makeRoom() {
    let left = end - start
    var target = space
    if space.count - left < pieceSize { target = .allocate(byteCount: space.count * 2, alignment: 16) }
    target.baseAddress!.copyMemory(from: space.baseAddress! + start, byteCount: left)
    if target.baseAddress != space.baseAddress {
      space.deallocate()
      space = target
    }
    start = 0
    end = left
  }

  func consume(_ count: Int) {
    start += count
    offset += Int64(count)
  }

  /// Goes to a place that lies ahead; false when the stream ends before it.
  func skip(to target: Int64) throws -> Bool {
    while offset < target {
      if available == 0, try !more() { return false }
      consume(Int(min(Int64(available), target - offset)))
    }
    return true
  }
}
