import Glibc
import Synchronization

/// The kernel's random bytes, taken a page at a time: each sealed value needs twelve, and asking the kernel eight bytes
/// at a time cost a quarter of the sealing. A byte is given out once and wiped.
enum RandomPool {
  private struct Page {
    var bytes = [UInt8](repeating: 0, count: 4_096)
    var used = 4_096
  }

  private static let page = Mutex(Page())

  /// - Parameter count: at most a page.
  static func bytes(_ count: Int) -> [UInt8] {
    page.withLock { page in
      if page.used + count > page.bytes.count {
        page.bytes.withUnsafeMutableBytes { bytes in
          if let start = bytes.baseAddress { arc4random_buf(start, bytes.count) }
        }
        page.used = 0
      }
      let range = page.used..<(page.used + count)
      let given = Array(page.bytes[range])
      for place in range { page.bytes[place] = 0 }
      page.used = range.upperBound
      return given
    }
  }
}
