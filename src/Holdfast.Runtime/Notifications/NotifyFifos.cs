using System.Collections.Immutable;
using Holdfast.Linux.Abi;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Scripts;

namespace Holdfast.Runtime.Notifications;

/// <summary>A named pipe that is written to, and the program that reads it.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="User">Its owner, when it is created here; null: we.</param>
/// <param name="Group">Its group; null: that of the owner.</param>
/// <param name="Reader">
/// Finds the script that is started with the path as its last argument, when the pipe is opened; null: none.
/// </param>
public sealed record FifoRequest(string Path, string? User, string? Group, Func<PreparedCommand?> Reader);

/// <summary>The named pipes of a process, all of which get every line, with the scripts that read them.</summary>
public sealed class NotifyFifos : IDisposable
{
    private readonly ScriptRunner _runner;
    private readonly Log _log;
    private readonly List<NotifyFifo> _open = [];
    private readonly List<RunningScript> _readers = [];
    private (string Path, string? User, string? Group)[] _requested = [];

    /// <summary>No pipe.</summary>
    /// <param name="runner">Starts the readers.</param>
    /// <param name="log">Told of what fails, and of readers that end.</param>
    public NotifyFifos(ScriptRunner runner, Log log)
    {
        _runner = runner;
        _log = log;
    }

    /// <summary>How many pipes are open.</summary>
    public int Count => _open.Count;

    /// <summary>Opens these pipes in place of those before. When they are the same ones, nothing happens.</summary>
    /// <param name="fifos">The pipes; of several with one path the first counts, but the reader of each is started.
    /// </param>
    public void Apply(ImmutableArray<FifoRequest> fifos)
    {
        (string Path, string? User, string? Group)[] requested =
            [.. fifos.DistinctBy(static f => f.Path).Select(static f => (f.Path, f.User, f.Group))];
        if (requested.SequenceEqual(_requested))
        {
            return;
        }
        Close();
        _requested = requested;
        foreach ((string path, string? user, string? group) in requested)
        {
            if (NotifyFifo.Open(path, user, group, _log) is { } fifo)
            {
                _open.Add(fifo);
            }
        }
        foreach (FifoRequest fifo in fifos)
        {
            if (fifo.Reader() is { } reader)
            {
                StartReader(reader, fifo.Path);
            }
        }
    }

    /// <summary>Writes a line into each.</summary>
    /// <param name="line">Without line feed.</param>
    public void Write(string line)
    {
        foreach (NotifyFifo fifo in _open)
        {
            fifo.Write(line);
        }
    }

    /// <summary>Closes all, and ends the readers after the last line has been written.</summary>
    public void Close()
    {
        _open.ForEach(static fifo => fifo.Dispose());
        _open.Clear();
        _readers.ForEach(static reader => reader.SendToGroup(Signal.SIGTERM));
        _readers.Clear();
        _requested = [];
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    private void StartReader(PreparedCommand command, string path)
    {
        Errno errno = _runner.TryStart(
            command, [path], status => _log.Info($"Fifo script {command.Text} {status}"), out RunningScript? reader);
        if (reader is not null)
        {
            _readers.Add(reader);
        }
        else
        {
            _log.Error($"Fifo script {command.Text} cannot be started: {errno}");
        }
    }
}
