using System;
using System.Net.Http;
using static System.Math;
using Json = System.Text.Json;
global using Acme.Shared;

namespace Acme.Orders
{
    /// <summary>A service.</summary>
    [Serializable, Obsolete("use other")]
    public class OrderService : BaseService<Order>, IDisposable
    {
        public const string Topic = "orders.created.v1";
        private readonly HttpClient _client;
        public string Name { get; init; } = "x";

        public OrderService(HttpClient client, string name = "n") : base(name)
        {
            _client = client;
            var url = Environment.GetEnvironmentVariable("ORDERS_URL") ?? "http://localhost";
        }

        [Transactional]
        public async Task<Order?> FindAsync<T>(long id, CancellationToken token = default) where T : class
        {
            var response = await _client.GetAsync($"/orders/{id}/lines?x={token}", token);
            _client.DefaultRequestHeaders.Add("X-Api-Key", configuration["ApiKey"]);
            return new Order(id, total: 5) { Name = @"C:\temp" };
        }

        internal void Visible() { }
        void Hidden() => Console.WriteLine("x");
        protected int this[int i] => i;

        public record Line(string Sku, int Count);
        public enum State { Open, Closed = 2 }
        public interface IListener { void Changed(Order order); }
        public struct Point { public int X; }
        public delegate void Handler(object sender);
        public event Handler Changed;
    }
}
