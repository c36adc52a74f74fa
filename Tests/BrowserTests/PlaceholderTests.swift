import AsyncHTTPClient
import Testing

@Test func browserRuns() {}
