import Testing

@Test func InsurerRuns() {}
