using System.Diagnostics;
using Holdfast.Tests.Repository;

namespace Holdfast.Management.Tests;

/// <summary>The real HAProxy (Debian package haproxy) on a file; its sockets stand in a directory of its own.
/// </summary>
internal sealed class Judge : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private readonly OriginalHaproxy _original;
    private readonly string _socket;

    /// <summary>Starts it, and waits until it answers.</summary>
    /// <param name="directory">Where its file and sockets stand; the caller's.</param>
    /// <param name="text">The file without its stats socket.</param>
    internal Judge(string directory, string text)
    {
        _socket = Path.Combine(directory, "admin");
        string file = Path.Combine(directory, "judge.cfg");
        File.WriteAllText(file, $"global\n stats socket {_socket} mode 600 level admin\n{text}");
        _original = new OriginalHaproxy(file);
        _original.WaitUntil(() => OriginalHaproxy.TryAsk(_socket, "show version\n")
            is { } version && version.StartsWith("2.6", StringComparison.Ordinal));
    }

    /// <summary>All that it answers to what one connection sends.</summary>
    internal string Ask(string input) => OriginalHaproxy.Ask(_socket, input);

    /// <summary>Asks until an answer, masked, contains a text.</summary>
    internal void WaitFor(string input, string text) => Wait(() => Masks.Apply(Ask(input)), text);

    /// <summary>The same of whoever answers.</summary>
    internal static void Wait(Func<string> ask, string text)
    {
        var waited = Stopwatch.StartNew();
        for (string answer = ask(); !answer.Contains(text, StringComparison.Ordinal); answer = ask())
        {
            Assert.True(waited.Elapsed < s_patience, answer);
            Thread.Yield();
        }
    }

    public void Dispose() => _original.Dispose();
}
