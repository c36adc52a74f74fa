import Testing

@Test func KernelRuns() {}
