import Testing

@Test func TidyRuns() {}
