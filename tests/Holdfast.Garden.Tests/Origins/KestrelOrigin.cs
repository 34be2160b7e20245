using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Holdfast.Garden.Tests.Origins;

/// <summary>Kestrel, in this process.</summary>
internal sealed record KestrelOrigin : Origin
{
    private readonly ConcurrentQueue<string> _log = new();
    private readonly WebApplication _application;

    public KestrelOrigin(IPEndPoint endpoint)
        : base("Kestrel", endpoint)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options => options.Listen(endpoint));
        _application = builder.Build();
        _application.Run(AnswerAsync);
        _application.StartAsync().GetAwaiter().GetResult();
        WaitUntilItListens(null);
    }

    public override void Dispose()
    {
        _application.StopAsync().GetAwaiter().GetResult();
        _application.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    protected override IEnumerable<string> Log() => _log;

    private async Task AnswerAsync(HttpContext context)
    {
        try
        {
            await context.Request.Body.CopyToAsync(Stream.Null);
        }
        catch (BadHttpRequestException)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }
        var request = context.Features.GetRequiredFeature<IHttpRequestFeature>();
        _log.Enqueue($"{context.Connection.RemoteIpAddress}|200|{request.Headers.Host}"
            + $"|{request.Method} {request.RawTarget}");
        await context.Response.WriteAsync("ok");
    }
}
