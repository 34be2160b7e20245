using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Holdfast.CheckBench;

/// <summary>Accepts and closes, and notes when each address was connected to.</summary>
internal sealed class TimedListener : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Dictionary<int, long> _last = [];
    private readonly List<double> _intervals = [];
    private readonly Lock _gate = new();

    public TimedListener(int port)
    {
        _socket.Bind(new IPEndPoint(IPAddress.Any, port));
        _socket.Listen(4096);
        new Thread(Accept) { IsBackground = true }.Start();
    }

    public long Accepted { get; private set; }

    public void Clear()
    {
        lock (_gate)
        {
            _intervals.Clear();
            Accepted = 0;
        }
    }

    /// <summary>How far each interval was from the wanted one, in seconds.</summary>
    public double[] IntervalErrors(double wantedSeconds)
    {
        lock (_gate)
        {
            return [.. _intervals.Select(i => Math.Abs(i - wantedSeconds))];
        }
    }

    public void Dispose() => _socket.Dispose();

    private void Accept()
    {
        byte[] address = new byte[4];
        while (true)
        {
            try
            {
                using Socket accepted = _socket.Accept();
                long now = TimeProvider.System.GetTimestamp();
                ((IPEndPoint)accepted.LocalEndPoint!).Address.TryWriteBytes(address, out _);
                int key = BitConverter.ToInt32(address);
                lock (_gate)
                {
                    if (_last.TryGetValue(key, out long before))
                    {
                        _intervals.Add((now - before) / (double)Stopwatch.Frequency);
                    }
                    _last[key] = now;
                    Accepted++;
                }
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // The peer has already gone, which is what a check does.
            }
        }
    }
}
