using System.Collections.Immutable;
using System.Text;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Primitives;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Processes;

namespace Holdfast.Runtime.Trackers;

/// <summary>Counts the processes of <c>vrrp_track_process</c> blocks once a second by reading /proc.</summary>
/// <remarks>
/// The kernel's process connector would tell at once, but only in the initial namespaces. At most 32768 processes are
/// looked at in a round. The first round is told without delays.
/// </remarks>
public sealed class ProcessTracker : ITimed
{
    private const int ProcessesMax = 32768;
    private const int CommandLineSizeMax = 4096;

    private readonly Log _log;
    private readonly Action<int, bool> _changed;
    private Quorum[] _quorums = [];

    /// <summary>A tracker of nothing.</summary>
    /// <param name="log">Told of every change.</param>
    /// <param name="changed">Called with the 0-based index of a block, and whether its quorum is met.</param>
    public ProcessTracker(Log log, Action<int, bool> changed)
    {
        _log = log;
        _changed = changed;
    }

    /// <inheritdoc/>
    public MonotonicTime Deadline { get; private set; } = MonotonicTime.Never;

    /// <summary>Tracks these blocks from now on; all results are told at once.</summary>
    public void Apply(ImmutableArray<TrackProcessModel> models, MonotonicTime now)
    {
        _quorums = [.. models.Select(static model => new Quorum(model))];
        Deadline = models.IsEmpty ? MonotonicTime.Never : now;
        OnTime(now);
    }

    /// <summary>Tells all results again.</summary>
    public void TellAll()
    {
        for (int i = 0; i < _quorums.Length; i++)
        {
            _changed(i, _quorums[i].IsUp ?? false);
        }
    }

    /// <inheritdoc/>
    public void OnTime(MonotonicTime now)
    {
        if (now < Deadline || _quorums.Length == 0)
        {
            return;
        }
        Deadline = now + TimeSpan.FromSeconds(1);
        Count();
        for (int i = 0; i < _quorums.Length; i++)
        {
            if (_quorums[i].Judge(now))
            {
                bool isUp = _quorums[i].IsUp ?? false;
                _log.Info($"Quorum {(isUp ? "gained" : "lost")} for tracked process {_quorums[i].Model.Name}");
                _changed(i, isUp);
            }
        }
    }

    private void Count()
    {
        bool needsCommandLine = false;
        foreach (Quorum quorum in _quorums)
        {
            quorum.Found = 0;
            needsCommandLine |= ProcessMatch.NeedsCommandLine(quorum.Model);
        }
        int seen = 0;
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!char.IsAsciiDigit(directory["/proc/".Length]) || ++seen > ProcessesMax)
            {
                continue;
            }
            string comm = ReadText(directory + "/comm").TrimEnd('\n');
            ImmutableArray<string> command = needsCommandLine
                ? [.. ReadText(directory + "/cmdline").TrimEnd('\0').Split('\0')] : [];
            foreach (Quorum quorum in _quorums)
            {
                quorum.Found += ProcessMatch.Matches(quorum.Model, comm, command) ? 1 : 0;
            }
        }
    }

    private static string ReadText(string path)
    {
        if (DescriptorIo.TryOpenRead(path, out FdHandle handle) != Errno.Success)
        {
            return "";
        }
        using (handle)
        {
            Span<byte> buffer = stackalloc byte[CommandLineSizeMax];
            return DescriptorIo.Read(handle.Number, buffer, out int size) == Errno.Success
                ? Encoding.UTF8.GetString(buffer[..size]) : "";
        }
    }

    /// <summary>One block: how many were found, and since when that speaks against its present result.</summary>
    internal sealed class Quorum(TrackProcessModel model)
    {
        private MonotonicTime _since = MonotonicTime.Never;

        internal TrackProcessModel Model => model;

        internal int Found { get; set; }

        internal bool? IsUp { get; private set; }

        /// <returns>Whether the result changed.</returns>
        internal bool Judge(MonotonicTime now)
        {
            bool met = Found >= model.Quorum && Found <= model.QuorumMax;
            if (met == IsUp)
            {
                _since = MonotonicTime.Never;
                return false;
            }
            _since = MonotonicTime.Min(_since, now);
            if (IsUp is not null && now < _since + (met ? model.ForkDelay : model.TerminateDelay))
            {
                return false;
            }
            IsUp = met;
            _since = MonotonicTime.Never;
            return true;
        }
    }
}
