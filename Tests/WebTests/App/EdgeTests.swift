import Foundation
import HTTPTypes
import HummingbirdTesting
import Insurer
import Kernel
import NIOCore
import TestKit
import Testing

@testable import Web

/// What stands around the routes: static files, compression, limits, errors, figures.
@Suite struct EdgeTests {
  @Test func staticFilesAreKeptByTheirDigest() async throws {
    try await WebWorld.open { world in
      let address = world.site.renderer.assets.address(of: "css/app.css")
      let answer = try await world.get(address)
      #expect(answer.headers[.cacheControl] == "public, max-age=31536000, immutable")
      let tag = try #require(answer.headers[.eTag])
      #expect(try await world.get(address, [.ifNoneMatch: tag]).status == .notModified)
      let packed = try await world.get(address, [.acceptEncoding: "gzip"])
      #expect(packed.headers[.contentEncoding] == "gzip")
      #expect(packed.body.readableBytes < answer.body.readableBytes / 2)
      for outside in [
        "/public/../Package.swift", "/public/%2e%2e/strings/en/shell.json", "/public/", "/public/none.css",
      ] {
        #expect(try await world.get(outside).status == .notFound, "\(outside)")
      }
    }
  }

  @Test func pagesAreGzipped() async throws {
    try await WebWorld.open { world in
      let answer = try await world.get("/login", [.accept: "text/html", .acceptEncoding: "gzip, br"])
      #expect(answer.headers[.contentEncoding] == "gzip")
      #expect(answer.body.getBytes(at: 0, length: 2) == [0x1F, 0x8B])
      let plain = try await world.get("/login", [.accept: "text/html"])
      #expect(plain.headers[.contentEncoding] == nil)
    }
  }

  @Test func theUnknownIsAPageOrAProblem() async throws {
    try await WebWorld.open { world in
      let page = try await world.get("/nowhere", [.accept: "text/html"])
      #expect(page.status == .notFound)
      #expect(page.headers[.contentType] == "text/html; charset=utf-8")
      let problem = try await world.get("/api/v1/nowhere")
      #expect(problem.status == .notFound)
      #expect(problem.headers[.contentType] == "application/problem+json")
      #expect(problem.text.contains("\"code\":\"NOT_FOUND\""))
      let method = try await world.client.execute(uri: "/healthz", method: .delete)
      #expect(method.status == .methodNotAllowed)
      #expect(method.headers[.allow] == "GET")
    }
  }

  @Test func strangersAreSlowedDown() async throws {
    var limits = Site.Limits()
    limits.strangersPerSecond = 0.5
    try await WebWorld.open(limits: limits) { world in
      var statuses: [Int] = []
      for _ in 0..<30 { statuses.append(try await world.get("/login", [.accept: "text/html"]).status.code) }
      #expect(statuses.prefix(2) == [200, 200])
      #expect(statuses.contains(429))
      #expect(try await world.get("/healthz").status == .ok)
    }
  }

  @Test func bodiesHaveALimit() async throws {
    try await WebWorld.open { world in
      let page = try await world.get("/login", [.accept: "text/html"])
      let answer = try await world.client.execute(
        uri: "/login", method: .post, headers: [.cookie: page.setCookies, .accept: "text/html"],
        body: ByteBuffer(repeating: 0x61, count: 2_000_000))
      #expect(answer.status == .contentTooLarge)
    }
  }

  @Test func healthAndFigures() async throws {
    try await WebWorld.open { world in
      #expect(try await world.get("/healthz").text == "ok\n")
      #expect(try await world.get("/readyz").text == "ready\n")
      let figures = try await world.get("/metrics").text
      #expect(figures.contains("anban_http_request_seconds_count{route=\"/healthz\",method=\"GET\",status=\"200\"} 1"))
    }
  }

  @Test(
    "forms are decoded",
    arguments: [
      ("a=1&b=%E6%9D%8E+x", "b", "李 x"), ("a=%zz", "a", "%zz"), ("a=%", "a", "%"), ("a==b", "a", "=b"),
      ("a=1&a=2", "a", "1"),
    ])
  func forms(text: String, name: String, value: String) { #expect(FormFields(text)[name] == value) }

  @Test func queriesAreChangedInPlace() {
    let query = FormFields("q=李&line=life&after=x")
    #expect(query.with(["after": nil, "sort": "due"]) == "?q=%E6%9D%8E&line=life&sort=due")
    #expect(FormFields("").with(["a": nil]) == "")
  }
}
