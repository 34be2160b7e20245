using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Holdfast.ProxyBench;

/// <summary>
/// 5,000 requests a second through leastconn with redispatch and retries, while the proxy is reloaded 20 times, a
/// server is killed and revived, one is slowed to 10 s, and weights change.
/// </summary>
internal static class ReloadUnderLoad
{
    private const int ProxyPort = 9100;
    private const int FirstServerPort = 9201;
    private const int ServerCount = 4;
    private const int ReloadCount = 20;
    private const int Seconds = 52;
    private const int RequestsPerSecond = 5000;
    private static readonly BenchRow s_kept = new("kept", false, 400, true, "/128", Rate: RequestsPerSecond / 2);
    private static readonly BenchRow s_new = new("new", false, 400, false, "/128", Rate: RequestsPerSecond / 2);

    internal static int Run(BenchOptions options)
    {
        string[] wanted = options.Contenders.Count == 0 ? ["haproxy", "holdfast"] : [.. options.Contenders];
        Console.WriteLine("who       clients  requests  failed  sent again  p50 us   p99 us  reloads  weights set");
        double failed = 0;
        foreach (string who in wanted)
        {
            double lost = new Trial(who, who == "haproxy" ? who : options.Holdfast, options.Tools).Run();
            failed += who == "haproxy" ? 0 : lost;
        }
        return failed == 0 ? 0 : 1;
    }

    private sealed class Trial(string who, string program, string tools)
    {
        private readonly string _directory = Directory.CreateTempSubdirectory("holdfast-reload-").FullName;
        private readonly Process?[] _servers = new Process?[ServerCount];
        private int _reloads;
        private int _weights;

        private string SocketPath => Path.Combine(_directory, "admin.sock");

        internal double Run()
        {
            for (int i = 0; i < ServerCount; i++)
            {
                StartServer(i);
            }
            using Process proxy = Process.Start(new ProcessStartInfo(program, ["-W", "-db", "-f", WriteFile()])
            {
                RedirectStandardError = true, RedirectStandardOutput = true,
            })!;
            proxy.ErrorDataReceived += static (_, _) => { };
            proxy.OutputDataReceived += static (_, _) => { };
            proxy.BeginErrorReadLine();
            proxy.BeginOutputReadLine();
            try
            {
                LocalPort.Wait(ProxyPort);
                using Load kept = Load.Start(s_kept, ProxyPort, Seconds * 1000, tools);
                using Load fresh = Load.Start(s_new, ProxyPort, Seconds * 1000, tools);
                Task<double[]> one = Task.Run(kept.Run);
                Task<double[]> other = Task.Run(fresh.Run);
                Disturb(proxy);
                return Print("kept", one.Result) + Print("new", other.Result);
            }
            finally
            {
                Measurement.Stop(proxy);
                foreach (Process? server in _servers)
                {
                    server?.Kill();
                    server?.Dispose();
                }
                Directory.Delete(_directory, recursive: true);
            }
        }

        /// <summary>One thing each half second, by a timetable; ends before the load does.</summary>
        private void Disturb(Process proxy)
        {
            using PeriodicTimer clock = new(TimeSpan.FromMilliseconds(500));
            for (int tick = 1; tick <= 2 * (Seconds - 2); tick++)
            {
                _ = clock.WaitForNextTickAsync().AsTask().Result;
                if (tick % 5 == 0 && _reloads < ReloadCount)
                {
                    Signal("USR2", proxy.Id);
                    _reloads++;
                }
                switch (tick)
                {
                    case 12 or 62:
                        _servers[0]!.Kill();
                        _servers[0]!.WaitForExit();
                        break;
                    case 24 or 74:
                        StartServer(0);
                        break;
                    case 33 or 57:
                        Signal("USR1", _servers[1]!.Id); // slow, and quick again
                        break;
                    default:
                        SetWeight(tick);
                        break;
                }
            }
        }

        private void SetWeight(int tick)
        {
            using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                socket.Connect(new UnixDomainSocketEndPoint(SocketPath));
                _ = socket.Send(Encoding.ASCII.GetBytes(
                    $"set server servers/s{1 + (tick % ServerCount)} weight {1 + (tick * 7 % 100)}\n"));
                byte[] answer = new byte[256];
                int length = socket.Receive(answer);
                _weights += Encoding.ASCII.GetString(answer, 0, length).Trim().Length == 0 ? 1 : 0;
            }
            catch (SocketException)
            {
                // Between two processes: the next one is asked in half a second.
            }
        }

        private double Print(string clients, double[] numbers)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{who,-9} {clients,-7} {numbers[0],9:F0} {numbers[1],7:F0} {numbers[6],11:F0} {numbers[3],7:F0} ")
                + string.Create(CultureInfo.InvariantCulture, $"{numbers[4],8:F0} {_reloads,8} {_weights,12}"));
            return numbers[1];
        }

        private void StartServer(int index)
        {
            int port = FirstServerPort + index;
            _servers[index] = Process.Start(Path.Combine(tools, "origin"), ["127.0.0.1", $"{port}"]);
            LocalPort.Wait(port);
        }

        private static void Signal(string name, int pid)
        {
            using Process kill = Process.Start("kill", ["-" + name, $"{pid}"]);
            kill.WaitForExit();
        }

        private string WriteFile()
        {
            string path = Path.Combine(_directory, "haproxy.cfg");
            string servers = string.Concat(Enumerable.Range(1, ServerCount).Select(static i
                => $"    server s{i} 127.0.0.1:{FirstServerPort + i - 1} check inter 500ms fall 2 maxconn 999\n"));
            File.WriteAllText(path, $"""
                global
                    maxconn 4000
                    stats socket {SocketPath} mode 600 level admin
                defaults
                    mode http
                    timeout connect 1s
                    timeout client 30s
                    timeout server 1s
                    timeout queue 10s
                    timeout check 1s
                    retries 3
                    option redispatch 1
                    retry-on all-retryable-errors
                frontend clients
                    bind 127.0.0.1:{ProxyPort}
                    default_backend servers
                backend servers
                    balance leastconn
                    option httpchk GET /128

                """.Replace("\r", "", StringComparison.Ordinal) + servers);
            return path;
        }
    }
}
