using Microsoft.AspNetCore.Mvc;

namespace Acme.Api;

[ApiController]
[Route("api/[controller]")]
public class OrdersController : ControllerBase
{
    [HttpGet]
    public IActionResult List() => Ok();

    [HttpGet("{id:int}")]
    public IActionResult Get(int id) => Ok();

    [HttpPost, Route("bulk")]
    public IActionResult Bulk([FromBody] Order order) => Ok();

    [HttpDelete("/absolute/{id}")]
    public IActionResult Remove(int id) => Ok();
}

public static class Program
{
    public static void Main(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        var app = builder.Build();
        app.MapGet("/health", () => "ok");
        app.MapPost("/orders", CreateOrder).RequireAuthorization();
        var group = app.MapGroup("/v2");
        group.MapPut("/orders/{id}", Update);
        app.MapHealthChecks("/healthz");
        client.GetAsync("/not/a/route");
    }
}
