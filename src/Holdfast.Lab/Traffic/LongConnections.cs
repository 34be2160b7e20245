using System.Net;
using System.Net.Sockets;
using System.Text;
using Holdfast.Linux;
using Holdfast.Primitives;

namespace Holdfast.Lab.Traffic;

/// <summary>What has become of one long connection.</summary>
/// <param name="Server">Who answers it; "" before the first answer.</param>
/// <param name="Answers">How many questions were answered.</param>
/// <param name="LongestWait">The longest time from a question to its answer; the one that waits now counts.</param>
/// <param name="Failure">Why it has ended; null while it goes on.</param>
public sealed record ConnectionReport(string Server, int Answers, TimeSpan LongestWait, string? Failure);

/// <summary>Connections of a client to a virtual service that stay, and ask something every 50 ms.</summary>
public sealed class LongConnections : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _stop = new();
    private readonly Connection[] _connections;
    private readonly Task[] _tasks;

    private LongConnections(Connection[] connections)
    {
        _connections = connections;
        _tasks = [.. connections.Select(connection => connection.RunAsync(_stop.Token))];
    }

    /// <summary>Begins.</summary>
    /// <param name="client">Who asks.</param>
    /// <param name="target">Whom.</param>
    /// <param name="count">How many connections.</param>
    public static LongConnections Start(LabNode client, IPEndPoint target, int count)
    {
        Socket[] sockets = client.Run(() => (Socket[])[.. Enumerable.Range(0, count).Select(static _
            => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true })]);
        return new([.. sockets.Select(socket => new Connection(socket, target))]);
    }

    /// <summary>How each of them fares.</summary>
    public IReadOnlyList<ConnectionReport> Report() => [.. _connections.Select(static c => c.Report())];

    /// <summary>Forgets the longest waits so far.</summary>
    public void ForgetWaits() => Array.ForEach(_connections, static connection => connection.ForgetWaits());

    /// <summary>Closes them.</summary>
    public void Dispose()
    {
        _stop.Cancel();
        Task.WaitAll(_tasks);
        _stop.Dispose();
    }

    private sealed class Connection(Socket socket, IPEndPoint target)
    {
        private readonly Lock _gate = new();
        private string _server = "";
        private int _answers;
        private TimeSpan _longest;
        private MonotonicTime? _asked;
        private string? _failure;

        internal ConnectionReport Report()
        {
            lock (_gate)
            {
                TimeSpan waiting = _asked is { } asked ? MonotonicClock.Now - asked : TimeSpan.Zero;
                return new(_server, _answers, waiting > _longest ? waiting : _longest, _failure);
            }
        }

        internal void ForgetWaits()
        {
            lock (_gate)
            {
                _longest = TimeSpan.Zero;
            }
        }

        internal async Task RunAsync(CancellationToken stopped)
        {
            using Socket own = socket;
            using var timer = new PeriodicTimer(Interval);
            byte[] buffer = new byte[256];
            try
            {
                await socket.ConnectAsync(target, stopped).ConfigureAwait(false);
                for (int number = 1; await timer.WaitForNextTickAsync(stopped).ConfigureAwait(false); number++)
                {
                    Asked(MonotonicClock.Now);
                    _ = await socket.SendAsync(Encoding.ASCII.GetBytes($"ask {number}\n"), stopped)
                        .ConfigureAwait(false);
                    string answer = await ReadLineAsync(buffer, stopped).ConfigureAwait(false);
                    Answered(answer, $"ask {number}\n");
                }
            }
            catch (OperationCanceledException)
            {
                // The end that was asked for.
            }
            catch (Exception failure) when (failure is SocketException or InvalidDataException)
            {
                lock (_gate)
                {
                    (_failure, _asked) = (failure.Message, null);
                }
            }
        }

        private async Task<string> ReadLineAsync(byte[] buffer, CancellationToken stopped)
        {
            int total = 0;
            while (total == 0 || buffer[total - 1] != (byte)'\n')
            {
                int count = await socket.ReceiveAsync(buffer.AsMemory(total), stopped).ConfigureAwait(false);
                total += count > 0 ? count : throw new InvalidDataException("closed by the other side");
            }
            return Encoding.ASCII.GetString(buffer, 0, total);
        }

        private void Asked(MonotonicTime now)
        {
            lock (_gate)
            {
                _asked = now;
            }
        }

        private void Answered(string answer, string question)
        {
            lock (_gate)
            {
                string server = answer.EndsWith(" " + question, StringComparison.Ordinal)
                    ? answer[..^(question.Length + 1)] : throw new InvalidDataException($"answered '{answer}'");
                if (_server.Length > 0 && _server != server)
                {
                    throw new InvalidDataException($"answered by {server}, and before by {_server}");
                }
                TimeSpan wait = MonotonicClock.Now - _asked!.Value;
                _longest = wait > _longest ? wait : _longest;
                (_server, _asked, _answers) = (server, null, _answers + 1);
            }
        }
    }
}
