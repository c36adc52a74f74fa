import Testing

@Test func StorageRuns() {}
