import Foundation
import Synchronization

/// A program that a test starts; whatever still runs when the tests end is killed.
final class Child: Sendable {
  private struct State {
    var output = ""
    var error = ""
  }

  private let process: Mutex<Process>
  private let state = Mutex(State())
  let pid: Int32

  /// Starts `program` with exactly `environment` and the caller's PATH: settings of the machine do not reach it.
  init(_ program: String, _ arguments: [String], environment: [String: String] = [:], folder: URL? = nil) throws {
    let watchdog = Watchdog.shared
    let child = Process()
    child.executableURL = URL(filePath: program)
    child.arguments = arguments
    let inherited = ProcessInfo.processInfo.environment
    child.environment = [
      "PATH": inherited["PATH"] ?? "/usr/bin:/bin", "HOME": inherited["HOME"] ?? "/", "LANG": "C.UTF-8",
    ].merging(environment) { $1 }
    if let folder { child.currentDirectoryURL = folder }
    child.standardInput = FileHandle.nullDevice
    let (output, error) = (Pipe(), Pipe())
    child.standardOutput = output
    child.standardError = error
    try child.run()
    pid = child.processIdentifier
    process = Mutex(child)
    watchdog.watch(pid)
    collect(output) { $0.output += $1 }
    collect(error) { $0.error += $1 }
  }

  private func collect(_ pipe: Pipe, into append: @escaping @Sendable (inout State, String) -> Void) {
    let handle = pipe.fileHandleForReading
    Thread.detachNewThread { [self] in
      while true {
        let data = handle.availableData
        if data.isEmpty { break }
        state.withLock { append(&$0, String(decoding: data, as: UTF8.self)) }
      }
    }
  }

  var output: String { state.withLock { $0.output } }
  var error: String { state.withLock { $0.error } }
  var isRunning: Bool { process.withLock { $0.isRunning } }

  func signal(_ number: Int32) { kill(pid, number) }

  /// Waits for the end: the exit code, or 128 and the signal's number.
  @discardableResult
  func wait(seconds: Int = 600) async throws -> Int32 {
    try await Wait.until("process \(pid) to end", seconds: seconds) { !isRunning }
    Watchdog.shared.forget(pid)
    // What the threads still have to read.
    try await Task.sleep(for: .milliseconds(20))
    return process.withLock { $0.terminationReason == .exit ? $0.terminationStatus : 128 + $0.terminationStatus }
  }

  func killNow() async throws {
    signal(SIGKILL)
    try await wait()
  }
}
