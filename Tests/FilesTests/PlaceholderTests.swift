import Testing

@Test func FilesRuns() {}
