using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Holdfast.HAProxyParity.Tests.Actors;

/// <summary>A connection of an actor: everything that comes is received at once and kept.</summary>
internal sealed class Peer : IDisposable
{
    private readonly Lock _gate = new();
    private readonly StringBuilder _received = new();
    private readonly Socket _socket;
    private Stream? _stream;
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _end;
    private bool _closed;
    private int _read;

    public Peer(Socket socket)
    {
        _socket = socket;
        if (socket.AddressFamily != AddressFamily.Unix)
        {
            socket.NoDelay = true;
        }
    }

    /// <summary>Everything that has come, and how the script saw it end.</summary>
    public string Story
    {
        get
        {
            lock (_gate)
            {
                return _received + (SawEnd ? $"<{_end}>" : "");
            }
        }
    }

    private bool SawEnd { get; set; }

    /// <summary>Begins to receive; once, behind a handshake if there is one.</summary>
    public void Start(Stream? stream = null)
    {
        _stream = stream ?? Transport();
        Port = (_socket.LocalEndPoint as IPEndPoint)?.Port ?? 0;
        _ = PumpAsync();
    }

    /// <summary>Puts something in front of what comes that belongs to the story, and is not read.</summary>
    public void Note(string text)
    {
        lock (_gate)
        {
            _received.Append(text);
            _read = _received.Length;
        }
    }

    /// <summary>The socket's bytes, for what is layered on them.</summary>
    public Stream Transport() => new NetworkStream(_socket, ownsSocket: false);

    /// <summary>Local port; 0 for a Unix socket.</summary>
    public int Port { get; private set; }

    /// <summary>Says that the connection was reset while it was being made.</summary>
    public void Fail() => Tell("", "reset");

    public async Task SendAsync(byte[] bytes, CancellationToken cancel)
    {
        try
        {
            if (_stream is { } stream)
            {
                await stream.WriteAsync(bytes, cancel);
                await stream.FlushAsync(cancel);
            }
        }
        catch (IOException)
        {
            // The other side has gone; what has come from it says so.
        }
    }

    /// <summary>Waits until the text that has not been read yet satisfies the reader, which says how much it takes.
    /// </summary>
    /// <returns>What it took; null when the connection ended first.</returns>
    public async Task<string?> ReadAsync(Func<string, bool, int> reader, CancellationToken cancel)
    {
        while (true)
        {
            Task news;
            lock (_gate)
            {
                string text = _received.ToString(_read, _received.Length - _read);
                int count = reader(text, _end is not null);
                if (count >= 0)
                {
                    _read += count;
                    return text[..count];
                }
                if (_end is not null)
                {
                    return null;
                }
                news = _news.Task;
            }
            await news.WaitAsync(cancel);
        }
    }

    /// <summary>Waits until nothing more can come.</summary>
    public async Task EndAsync(CancellationToken cancel)
    {
        await LastAsync(cancel);
        SawEnd = true;
    }

    /// <summary>The same, without a word of it in the story.</summary>
    public Task LastAsync(CancellationToken cancel)
        => ReadAsync(static (text, ended) => ended ? text.Length : -1, cancel);

    /// <summary>Says that nothing more will be sent.</summary>
    public void Shut()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // It has gone already.
        }
    }

    public void Reset()
    {
        _closed = true;
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    /// <summary>Closes it in good order: without the first step the runtime would reset it.</summary>
    public void Dispose()
    {
        if (!_closed)
        {
            _closed = true;
            Shut();
            _socket.Dispose();
        }
    }

    private async Task PumpAsync()
    {
        byte[] buffer = new byte[32768];
        string end = "closed";
        try
        {
            while (await _stream!.ReadAsync(buffer) is var count and > 0)
            {
                Tell(Encoding.Latin1.GetString(buffer, 0, count), null);
            }
        }
        catch (IOException)
        {
            end = "reset";
        }
        catch (ObjectDisposedException)
        {
            // Closed by its own script.
        }
        Tell("", end);
    }

    private void Tell(string text, string? end)
    {
        TaskCompletionSource news;
        lock (_gate)
        {
            _received.Append(text);
            _end = end;
            news = _news;
            _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        news.SetResult();
    }
}
