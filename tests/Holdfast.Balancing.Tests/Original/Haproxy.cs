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
    private readonly OriginalHaproxy _original;
    private readonly string _directory;

    internal Haproxy(string backends)
    {
        _directory = Directory.CreateTempSubdirectory("hb-").FullName;
        string file = Path.Combine(_directory, "haproxy.cfg");
        File.WriteAllText(file, Configuration(backends));
        _original = new OriginalHaproxy(file);
        _original.WaitUntil(() => OriginalHaproxy.TryAsk(SocketPath("admin"), "show version\n") is { Length: > 1 });
    }

    internal string Log => _original.Said;

    /// <summary>Where something listens.</summary>
    internal string SocketPath(string name) => Path.Combine(_directory, name);

    internal Socket Connect(string name) => OriginalHaproxy.Connect(SocketPath(name));

    /// <summary>One command of the runtime API.</summary>
    internal string Command(string command) => OriginalHaproxy.Ask(SocketPath("admin"), command + "\n").Trim();

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
        _original.Dispose();
        Directory.Delete(_directory, recursive: true);
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
}
