/// The demo's own random numbers (SplitMix64), so that a seed gives the same insurer on every machine.
///
/// Only integer arithmetic and the four exact operations on `Double` are used: no library's `exp` or `log`,
/// whose last digit may differ from machine to machine.
struct DemoRandom {
  private var state: UInt64

  /// A stream of its own for every (seed, label, index): people are drawn independently of one another.
  init(seed: UInt64, _ label: UInt64, _ index: Int = 0) {
    state = seed
    state = next() ^ (label &* 0x9E37_79B9_7F4A_7C15)
    state = next() ^ (UInt64(bitPattern: Int64(index)) &* 0xD1B5_4A32_D192_ED03)
    state = next()
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// 0 ..< `count`; 0 when the count is not positive.
  mutating func below(_ count: Int) -> Int {
    guard count > 1 else { return 0 }
    return Int(next().multipliedFullWidth(by: UInt64(count)).high)
  }

  mutating func within(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + below(range.upperBound - range.lowerBound + 1)
  }

  /// True in `share` of 10,000 cases.
  mutating func chance(_ share: Int) -> Bool { below(10_000) < share }

  /// One of the elements; the lists of the demo are never empty.
  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

  /// 0 ..< 1, on a grid of 2⁻⁵³.
  mutating func unit() -> Double { Double(next() >> 11) / 9_007_199_254_740_992 }

  /// Approximately standard normal: the sum of twelve uniform numbers less six.
  mutating func normal() -> Double {
    var sum = 0.0
    for _ in 0..<12 { sum += unit() }
    return sum - 6
  }

  /// A log-normal whole number with this median and sigma.
  mutating func logNormal(median: Int, sigma: Double) -> Int {
    Int((Double(median) * DemoRandom.exp(normal() * sigma)).rounded())
  }

  /// Poisson by multiplication of uniform numbers, at most 60.
  mutating func poisson(_ mean: Double) -> Int {
    let limit = DemoRandom.exp(-mean)
    var product = unit()
    var count = 0
    while product > limit, count < 60 {
      product *= unit()
      count += 1
    }
    return count
  }

  /// eˣ for |x| < 20: the series of x/64, squared six times.
  static func exp(_ x: Double) -> Double {
    let small = x / 64
    var term = 1.0
    var sum = 1.0
    for n in 1...12 {
      term *= small / Double(n)
      sum += term
    }
    for _ in 0..<6 { sum *= sum }
    return sum
  }
}

/// Draws an index with the given integer weights.
struct DemoWeights: Sendable {
  private let bounds: [Int]

  init(_ weights: [Int]) {
    var sum = 0
    bounds = weights.map { weight in
      sum += weight
      return sum
    }
  }

  func draw(_ random: inout DemoRandom) -> Int {
    let target = random.below(bounds.last ?? 1)
    var low = 0
    var high = bounds.count - 1
    while low < high {
      let middle = (low + high) / 2
      if bounds[middle] > target { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
