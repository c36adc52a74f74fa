import Testing

@Test func WebRuns() {}
