using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Holdfast.Garden.Tests.Origins;

/// <summary>A web server that writes down each request as it has understood it.</summary>
/// <param name="Name">Its name in tables.</param>
/// <param name="Endpoint">Where it listens.</param>
internal abstract record Origin(string Name, IPEndPoint Endpoint) : IDisposable
{
    /// <summary>Statuses by which a server says that it has not understood a request, or will not.</summary>
    private static readonly HashSet<string> Refusals
        = ["400", "408", "411", "413", "414", "415", "417", "421", "431", "499", "500", "501", "505"];

    /// <summary>Ends it, so that its log is whole.</summary>
    public abstract void Dispose();

    /// <summary>Lines of its log: address|status|host|method target.</summary>
    protected abstract IEnumerable<string> Log();

    /// <summary>What it has seen, by the address that requests came from, in order. The program has ended.</summary>
    public Dictionary<string, List<string>> Seen()
    {
        var seen = new Dictionary<string, List<string>>();
        foreach (string[] parts in Log().Select(static line => line.Split('|', 4)).Where(static p => p.Length == 4))
        {
            string[] words = parts[3].Split(' ');
            if (!Refusals.Contains(parts[1]) && words.Length >= 2)
            {
                string host = parts[2] == "-" ? "" : parts[2];
                seen.TryAdd(parts[0], []);
                seen[parts[0]].Add($"{words[0]} {Encoding.Latin1.GetString(Unescape(words[1]))} {host}");
            }
        }
        return seen;
    }

    /// <summary>Waits until it accepts connections.</summary>
    public void WaitUntilItListens(Process? process)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Connect(Endpoint);
                return;
            }
            catch (SocketException) when (process is not { HasExited: true }
                && !patience.IsCancellationRequested)
            {
                Thread.Yield();
            }
        }
    }

    /// <summary>\xHH as the byte: how access logs write what is not printable.</summary>
    private static byte[] Unescape(string text)
    {
        var bytes = new List<byte>();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 3 < text.Length && text[i + 1] == 'x')
            {
                bytes.Add(Convert.ToByte(text.Substring(i + 2, 2), 16));
                i += 3;
            }
            else
            {
                bytes.Add((byte)text[i]);
            }
        }
        return [.. bytes];
    }
}
