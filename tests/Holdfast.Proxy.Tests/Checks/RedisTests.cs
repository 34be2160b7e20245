using System.Diagnostics;
using Holdfast.Health.Servers;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Running;
using Holdfast.Proxy.Tests.Checks.Original;

namespace Holdfast.Proxy.Tests.Checks;

/// <summary>Checks of a real redis.</summary>
public sealed class RedisTests
{
    [Fact]
    public void Redis_ThatRuns_PassesItsCheckAndAScript_AndFailsOnceStopped()
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("hf-redis");
        string path = Path.Combine(directory.FullName, "redis.sock");
        using Process redis = Process.Start(new ProcessStartInfo("/usr/bin/redis-server",
        [
            "--port", "0", "--unixsocket", path, "--save", "", "--dir", directory.FullName, "--daemonize", "no",
        ])
        { RedirectStandardOutput = true })!;
        redis.OutputDataReceived += static (_, _) => { };
        redis.BeginOutputReadLine();
        try
        {
            using ProxyEngine engine = CheckSide.Start($"""
                defaults
                 timeout connect 5s
                 timeout client 5s
                 timeout server 5s
                backend own
                 option redis-check
                 server s unix@{path} check inter 100ms
                backend script
                 option tcp-check
                 tcp-check send PING\r\n
                 tcp-check expect string +PONG
                 tcp-check send info\ replication\r\n
                 tcp-check expect string role:master
                 tcp-check send QUIT\r\n
                 tcp-check expect string +OK
                 server s unix@{path} check inter 100ms

                """, TransportChoice.Automatic);

            WaitFor(engine, CheckStatus.L7Ok);
            redis.Kill();
            WaitFor(engine, CheckStatus.L4Connection);
        }
        finally
        {
            redis.Kill();
            redis.WaitForExit();
            directory.Delete(recursive: true);
        }
    }

    private static void WaitFor(ProxyEngine engine, CheckStatus status)
        => Assert.True(SpinWait.SpinUntil(
            () => engine.Backends.All(backend => backend.Servers[0].LastCheck.Status == status), TestProxy.Patience),
            $"not {status}: " + string.Join("; ", engine.Backends.Select(static b => b.Servers[0].LastCheck)));
}
