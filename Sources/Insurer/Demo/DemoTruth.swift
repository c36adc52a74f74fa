import Files

extension Demo {
  /// Which customer records are one person: `id,cluster`, the cluster named by the person's first record.
  package func writeTruth(to path: String) throws {
    let file = try CSVWriter(path: path, header: ["id", "cluster"])
    for number in 0..<blockCount {
      for row in block(number).customers { try file.append([row.sourceID, row.person]) }
    }
    try file.close()
  }
}
