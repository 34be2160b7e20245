using System.Net;
using System.Net.Sockets;
using System.Text;
using Holdfast.Linux;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Sockets;
using Holdfast.Primitives;

namespace Holdfast.Lab.Traffic;

/// <summary>A client that asks a virtual service again and again, each request on a connection of its own.</summary>
public sealed class RequestLoad : IDisposable
{
    private static readonly byte[] Question = "GET / HTTP/1.1\r\nHost: load\r\nConnection: close\r\n\r\n"u8.ToArray();

    private readonly Journal<Request> _requests = new();
    private readonly LabNode _client;
    private readonly IPEndPoint _target;
    private readonly TimeSpan _pause;
    private readonly TimeSpan _patience;
    private readonly EventFd _stop = new();
    private readonly Thread[] _threads;
    private volatile bool _stopped;

    private RequestLoad(LabNode client, IPEndPoint target, int workers, TimeSpan pause, TimeSpan patience)
    {
        _client = client;
        _target = target;
        _pause = pause;
        _patience = patience;
        _threads = [.. Enumerable.Range(0, workers).Select(_
            => new Thread(Work) { IsBackground = true, Name = "load" })];
    }

    /// <summary>How many requests have come to their end.</summary>
    public int Count => _requests.Count;

    /// <summary>Begins.</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="target">Whom.</param>
    /// <param name="workers">How many requests may be under way at a time.</param>
    /// <param name="pause">How long each of them rests after a request.</param>
    /// <param name="patience">When a request is lost.</param>
    public static RequestLoad Start(LabNode client, IPEndPoint target, int workers, TimeSpan pause, TimeSpan patience)
    {
        var load = new RequestLoad(client, target, workers, pause, patience);
        foreach (Thread thread in load._threads)
        {
            thread.Start();
        }
        return load;
    }

    /// <summary>A copy of the requests from a number on, in the order in which they ended.</summary>
    public IReadOnlyList<Request> From(int first) => _requests.Copy(first);

    /// <summary>Ends, after the requests that are under way.</summary>
    public void Dispose()
    {
        if (_stopped)
        {
            return;
        }
        _stopped = true;
        _stop.Raise();
        foreach (Thread thread in _threads)
        {
            thread.Join();
        }
        _stop.Dispose();
    }

    private void Work()
    {
        _client.Network.Enter();
        byte[] buffer = new byte[512];
        while (!_stopped)
        {
            MonotonicTime begin = MonotonicClock.Now;
            (string server, RequestOutcome outcome) = Ask(buffer);
            _requests.Add(new(begin, MonotonicClock.Now, server, outcome));
            _ = DescriptorWait.ForRead(_stop.Fd, _pause); // stays raised once it is
        }
    }

    private (string Server, RequestOutcome Outcome) Ask(byte[] buffer)
    {
        // Made by this thread, which is in the client's network.
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        using var limit = new CancellationTokenSource(_patience);
        try
        {
            int count = AskAsync(socket, buffer, limit.Token).GetAwaiter().GetResult();
            string text = Encoding.ASCII.GetString(buffer, 0, count);
            int body = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            return body < 0 ? ("", RequestOutcome.Broken)
                : (text[(body + 4)..], text.StartsWith("HTTP/1.1 200", StringComparison.Ordinal)
                    ? RequestOutcome.Served : RequestOutcome.Unwell);
        }
        catch (OperationCanceledException)
        {
            return ("", RequestOutcome.Lost);
        }
        catch (SocketException failure)
        {
            return ("", failure.SocketErrorCode switch
            {
                SocketError.ConnectionRefused => RequestOutcome.Refused,
                SocketError.ConnectionReset or SocketError.ConnectionAborted or SocketError.Shutdown
                    => RequestOutcome.Broken,
                _ => RequestOutcome.Lost,
            });
        }
    }

    private async Task<int> AskAsync(Socket socket, byte[] buffer, CancellationToken cancelled)
    {
        await socket.ConnectAsync(_target, cancelled).ConfigureAwait(false);
        _ = await socket.SendAsync(Question, cancelled).ConfigureAwait(false);
        int total = 0;
        int count;
        do
        {
            count = await socket.ReceiveAsync(buffer.AsMemory(total), cancelled).ConfigureAwait(false);
            total += count;
        }
        while (count > 0 && total < buffer.Length);
        return total;
    }
}
