using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Holdfast.Tests.Repository;

namespace Holdfast.Balancing.Tests.Original;

/// <summary>A real HAProxy (Debian package haproxy) with one thread. Everything is a Unix socket in a directory of its
/// own: nothing touches a network.</summary>
/// <remarks>
/// Servers are named s1 to s9; each answers with its name. A request names its backend in <c>x-be</c>, and may carry
/// the client's address in <c>x-src</c>. A request for /hold is answered when its body has come.
/// </remarks>
internal sealed class Haproxy : IDisposable
{
    private const int Origins = 9;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly Lazy<bool> Installed = new(Install);
    private readonly Process _process;
    private readonly string _directory;
    private readonly StringBuilder _log = new();

    internal Haproxy(string backends)
    {
        _directory = Directory.CreateTempSubdirectory("hb-").FullName;
        string file = Path.Combine(_directory, "haproxy.cfg");
        File.WriteAllText(file, Configuration(backends));
        Assert.True(Installed.Value);

        // timeout(1): a test run that is killed leaves nothing behind for long.
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("timeout", ["600", "/usr/sbin/haproxy", "-db", "-f", file])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            },
        };
        _process.ErrorDataReceived += OnLine;
        _process.OutputDataReceived += OnLine;
        _process.Start();
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
        var waited = Stopwatch.StartNew();
        while (!Answers())
        {
            Assert.False(_process.HasExited, $"HAProxy has ended: {Log}");
            Assert.True(waited.Elapsed < Patience, $"HAProxy does not answer: {Log}");
            Thread.Yield();
        }
    }

    internal string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>Where something listens.</summary>
    internal string SocketPath(string name) => Path.Combine(_directory, name);

    internal Socket Connect(string name)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
        {
            ReceiveTimeout = (int)Patience.TotalMilliseconds,
            SendTimeout = (int)Patience.TotalMilliseconds,
        };
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(SocketPath(name)));
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>One command of the runtime API.</summary>
    internal string Command(string command)
    {
        using Socket socket = Connect("admin");
        socket.Send(Encoding.ASCII.GetBytes(command + "\n"));
        var answer = new StringBuilder();
        byte[] buffer = new byte[65536];
        for (int count = socket.Receive(buffer); count > 0; count = socket.Receive(buffer))
        {
            answer.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }
        return answer.ToString().Trim();
    }

    /// <summary>A command that says nothing when it works.</summary>
    internal void Order(string command)
    {
        string answer = Command(command);
        Assert.True(answer.Length == 0, $"'{command}': {answer}");
    }

    /// <summary>A column of the statistics of each server of a backend, and of the backend (BACKEND).</summary>
    internal Dictionary<string, int> Column(string backend, string column)
    {
        string[] lines = Command($"show stat {backend} 6 -1").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] names = lines[0].TrimStart('#', ' ').Split(',');
        int index = Array.IndexOf(names, column);
        return lines.Skip(1).Select(static l => l.Split(',')).Where(f => f[0] == backend && f[1] != "FRONTEND")
            .ToDictionary(static f => f[1], f => f[index].Length == 0
                ? 0 : int.Parse(f[index], CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        using (Process kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            kill.WaitForExit();
        }
        _process.WaitForExit();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private bool Answers()
    {
        if (!File.Exists(SocketPath("admin")))
        {
            return false;
        }
        try
        {
            return Command("show version").Length > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private void OnLine(object sender, DataReceivedEventArgs line)
    {
        lock (_log)
        {
            _log.AppendLine(line.Data);
        }
    }

    private string Configuration(string backends)
    {
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"""
            global
              nbthread 1
              maxconn 2000
              stats socket {SocketPath("admin")} mode 600 level admin
            defaults
              mode http
              timeout connect 30s
              timeout client 120s
              timeout server 120s
              timeout queue 120s
            frontend front
              bind unix@{SocketPath("front")}
              http-request set-src hdr(x-src) if {"{ hdr(x-src) -m found }"}
              use_backend %[req.hdr(x-be)]

            """));
        for (int origin = 1; origin <= Origins; origin++)
        {
            text.Append(CultureInfo.InvariantCulture, $"""
                frontend o{origin}
                  bind unix@{SocketPath($"o{origin}")}
                  http-request wait-for-body time 120s if {"{ path_beg /hold }"}
                  http-request return status 200 content-type text/plain string s{origin}

                """);
        }
        return text.Append(backends.Replace("@DIRECTORY@", _directory, StringComparison.Ordinal)).Append('\n')
            .ToString();
    }

    private static bool Install()
    {
        using Process process = Process.Start(new ProcessStartInfo(
            "/bin/bash", ["-c", ". build/packages.sh && install_missing haproxy:/usr/sbin/haproxy"])
        {
            WorkingDirectory = RepositoryRoot.Path,
        })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
