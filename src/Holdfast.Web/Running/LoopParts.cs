using System.Collections.Immutable;
using Holdfast.Linux.Sockets;
using Holdfast.Proxy.Engine;
using Holdfast.Web.Http;
using Holdfast.Web.Loops;
using Holdfast.Web.Mail;
using Holdfast.Web.Streams;

namespace Holdfast.Web.Running;

/// <summary>What one loop has of its own: who takes the clients of each listener.</summary>
internal sealed class LoopParts : IDisposable
{
    private readonly Acceptor?[] _acceptors;
    private readonly List<DatagramPort> _ports = [];
    private readonly WebPrograms _programs;
    private readonly StreamLoop? _stream;
    private readonly int _index;
    private DatagramBatch? _batch;

    internal LoopParts(WebPrograms programs, WebLoop loop, int index)
    {
        _index = index;
        _programs = programs;
        HttpLoop? http = programs.Http is { } program ? new HttpLoop(program, loop) : null;
        StreamLoop? stream = _stream = programs.Stream is { } streams
            ? new StreamLoop(streams, loop, name => AcceptorOf(programs.Configuration, name)) : null;
        _acceptors = [.. Enumerable.Range(0, programs.Configuration.Listeners.Length).Select(Acceptor? (listener)
            => programs.Http?.OfListener(listener) is { } listening ? new HttpAcceptor(http!, listening)
            : programs.Stream?.OfListener(listener) is { IsUdp: false } streaming
                ? new StreamAcceptor(stream!, streaming)
            : programs.Mail?.OfListener(listener) is { } mailing
                ? new MailAcceptor(programs.Mail, loop, mailing) : null)];
    }

    /// <summary>Who takes the clients of a listener of this name; null: there is none.</summary>
    private Acceptor? AcceptorOf(WebConfiguration configuration, string name)
    {
        string whole = name.Contains(':', StringComparison.Ordinal) ? name : $"0.0.0.0:{name}";
        for (int i = 0; i < _acceptors.Length; i++)
        {
            if (configuration.Listeners[i].Name == whole)
            {
                return _acceptors[i];
            }
        }
        return null;
    }

    /// <summary>Who takes the clients of a listener; null: nobody.</summary>
    internal Acceptor? AcceptorOf(int listener) => _acceptors[listener];

    /// <summary>Begins to take the datagrams of those listeners that are this loop's: each is one loop's, so that the
    /// datagrams of a client find their session.</summary>
    /// <param name="fds">All listeners.</param>
    internal void ListenDatagrams(ImmutableArray<int> fds)
    {
        for (int i = 0; i < fds.Length; i++)
        {
            if (_programs.Stream?.OfListener(i) is { IsUdp: true } listening
                && i % _programs.Configuration.ThreadCount == _index)
            {
                DatagramPort port = new(_stream!, listening, _batch ??= new DatagramBatch(), _programs.ClientsMax);
                _ports.Add(port);
                port.Listen(fds[i]);
            }
        }
    }

    /// <summary>Takes no datagrams of new sessions any more.</summary>
    internal void CloseDatagrams() => _ports.ForEach(static one => one.Close());

    /// <inheritdoc/>
    public void Dispose() => _batch?.Dispose();
}
