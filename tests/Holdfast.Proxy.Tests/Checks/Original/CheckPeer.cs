using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Holdfast.Proxy.Tests.Tls;

namespace Holdfast.Proxy.Tests.Checks.Original;

/// <summary>A server that follows a script, on every connection the same or, behind "&amp;", the next one.</summary>
/// <remarks>
/// Words, separated by "|": "&lt;TEXT" waits until TEXT has come, "&lt;#N" for N bytes, "&gt;TEXT" sends it, "."
/// closes, "!" resets, "~" is a moment. After the last word it takes what comes.
/// \r \n \0 \xHH and \p (for "|") are escapes.
/// </remarks>
internal sealed class CheckPeer : IDisposable
{
    private static readonly X509Certificate2 s_certificate = MakeCertificate();

    private readonly TestServer _server;
    private readonly string[] _scripts;
    private readonly List<(StringBuilder Bytes, Task Task)> _connections = [];
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting = Task.CompletedTask;
    private readonly bool _isTls;

    internal CheckPeer(CheckCase one)
    {
        string? script = one.Peer;
        _isTls = one.IsTls;
        _scripts = script?.Split('&') ?? [];
        _server = new TestServer(isListening: script is not null);
        if (script is not null)
        {
            _accepting = Accept();
        }
    }

    internal int Port => _server.Port;

    /// <summary>What has come on the first connections, as many as the check makes.</summary>
    internal string Received(int connections)
    {
        lock (_connections)
        {
            return string.Join('^', _connections.Take(connections).Select(static c =>
            {
                lock (c.Bytes)
                {
                    return c.Bytes.ToString();
                }
            }));
        }
    }

    public void Dispose()
    {
        _end.Cancel();
        _server.Dispose();
        Assert.True(_accepting.Wait(TestProxy.Patience), "a listener does not end");
        Task[] tasks = [.. _connections.Select(static c => c.Task)];
        Assert.True(Task.WaitAll(tasks, TestProxy.Patience), "a peer does not end");
        _end.Dispose();
    }

    private async Task Accept()
    {
        while (true)
        {
            Socket socket;
            try
            {
                socket = await _server.AcceptAsync(_end.Token);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            lock (_connections)
            {
                var bytes = new StringBuilder();
                string script = _scripts[Math.Min(_connections.Count, _scripts.Length - 1)];
                _connections.Add((bytes, Follow(socket, script, bytes)));
            }
        }
    }

    private async Task Follow(Socket socket, string script, StringBuilder bytes)
    {
        await using Stream plain = new NetworkStream(socket, ownsSocket: true);
        int position = 0;
        try
        {
            Stream stream = _isTls ? await Handshake(plain, bytes) : plain;
            position = bytes.Length;
            foreach (string word in script.Split('|', StringSplitOptions.RemoveEmptyEntries))
            {
                switch (word[0])
                {
                    case '>':
                        await stream.WriteAsync(Encoding.Latin1.GetBytes(Unescape(word[1..])), _end.Token);
                        break;
                    case '<':
                        string text = Unescape(word[1..]);
                        int count = text[0] == '#' ? int.Parse(text[1..]) : 0;
                        await Wait(stream, bytes, b => count > 0 ? b.Length >= position + count
                            : b.ToString().IndexOf(text, position, StringComparison.Ordinal) >= 0);
                        position = bytes.Length;
                        break;
                    case '.':
                        return;
                    case '!':
                        socket.Reset();
                        return;
                    default:
                        await Pause();
                        break;
                }
            }
            await Wait(stream, bytes, static _ => false);
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException
            or AuthenticationException)
        {
            // The check ends its connection as it likes.
        }
    }

    /// <summary>Notes the name that it was asked for.</summary>
    private async Task<Stream> Handshake(Stream plain, StringBuilder bytes)
    {
        var stream = new SslStream(plain);
        string? asked = null;
        await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
        {
            ServerCertificateSelectionCallback = (_, wanted) =>
            {
                asked = wanted;
                return s_certificate;
            },
        }, _end.Token);
        lock (bytes)
        {
            bytes.Append($"({asked})");
        }
        return stream;
    }

    /// <summary>A moment, so that two pieces do not come as one.</summary>
    private async Task Pause()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(30));
        _ = await timer.WaitForNextTickAsync(_end.Token);
    }

    private async Task Wait(Stream stream, StringBuilder bytes, Func<StringBuilder, bool> isEnough)
    {
        byte[] buffer = new byte[4096];
        while (!isEnough(bytes))
        {
            int count = await stream.ReadAsync(buffer, _end.Token);
            if (count == 0)
            {
                throw new SocketException((int)SocketError.Shutdown);
            }
            lock (bytes)
            {
                bytes.Append(Encoding.Latin1.GetString(buffer, 0, count));
            }
        }
    }

    private static X509Certificate2 MakeCertificate()
    {
        TestCertificate made = TestCertificate.Ecdsa("server.example.com");
        return X509Certificate2.CreateFromPem(made.CertificatePem, made.KeyPem);
    }

    private static string Unescape(string text)
    {
        var all = new StringBuilder();
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                all.Append(text[i]);
                continue;
            }
            char kind = text[++i];
            all.Append(kind switch { 'r' => '\r', 'n' => '\n', '0' => '\0', 'p' => '|', _ => ' ' });
            if (kind == 'x')
            {
                all[^1] = (char)Convert.ToInt32(text.Substring(i + 1, 2), 16);
                i += 2;
            }
        }
        return all.ToString();
    }
}
