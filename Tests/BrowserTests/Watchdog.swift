import Foundation
import Synchronization

/// Ends what the tests have started, however the tests end: a shell that is told each pid through a pipe and kills
/// those that were not taken back when the pipe closes, which it does when this process is no more.
final class Watchdog: Sendable {
  static let shared = Watchdog()

  private static let script = """
    trap "" INT TERM HUP
    pids=" "
    while read -r word; do
      case "$word" in
      +*) pids="$pids${word#+} " ;;
      -*) one="${word#-}"; case "$pids" in *" $one "*) pids="${pids%% $one *} ${pids#* $one }" ;; esac ;;
      esac
    done
    for pid in $pids; do kill -KILL "$pid" 2>/dev/null; done
    """

  private let pipe = Mutex(Pipe())
  private let process = Mutex(Process())

  private init() {
    pipe.withLock { pipe in
      // No other child may hold this end open.
      _ = fcntl(pipe.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
      process.withLock { process in
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", Watchdog.script]
        process.standardInput = pipe.fileHandleForReading
        try? process.run()
      }
    }
  }

  func watch(_ pid: Int32) { tell("+\(pid)\n") }
  func forget(_ pid: Int32) { tell("-\(pid)\n") }

  private func tell(_ line: String) {
    pipe.withLock { try? $0.fileHandleForWriting.write(contentsOf: Data(line.utf8)) }
  }
}
