import ArgumentParser
import Web

@main
struct Anban: ParsableCommand {}
