import Foundation
@testable import Orders
import struct Vapor.Request

/// A limit.
public let limit = 10
private var counter: Int = 0

public protocol Store: AnyObject {
    associatedtype Key
    func get(_ key: Key) async throws -> Data?
    var name: String { get }
}

@MainActor
public final class OrderService: BaseService, Store {
    static let topic = "orders.created.v1"
    private let client: HTTPClient

    public init(client: HTTPClient, name: String = "x") {
        self.client = client
        let url = ProcessInfo.processInfo.environment["ORDERS_URL"] ?? "http://localhost"
        let key = Environment.get("API_KEY")
    }

    @discardableResult
    public func find(_ id: Int, expand: Bool = false) async throws -> Order? {
        var request = URLRequest(url: URL(string: "https://api.example.com/orders/\(id)/lines")!)
        request.setValue("x", forHTTPHeaderField: "X-Api-Key")
        let (data, _) = try await URLSession.shared.data(for: request)
        return try JSONDecoder().decode(Order.self, from: data)
    }

    private func hidden() {}
    fileprivate static func make() -> OrderService { fatalError() }
    subscript(index: Int) -> Int { index }
    deinit {}
}

struct Point: Codable { var x: Int; let y: Int }
public enum State: String { case open, closed = "CLOSED" }
extension Point { func norm() -> Double { 0 } }
typealias Handler = (Int) -> Void

func routes(_ app: Application) throws {
    app.get("hello", ":name") { req in "hi" }
    app.post("orders", use: create)
    let api = app.grouped("api")
    api.delete("users", ":id", use: remove)
    client.get("/not/a/route")
}
