using System.Collections.Immutable;
using System.Text;
using Holdfast.Config.Keepalived.Model;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Linux.Netlink;

namespace Holdfast.Runtime.Trackers;

/// <summary>
/// Which running processes are meant by which <c>vrrp_track_process</c> blocks, and how many by each.
/// </summary>
internal sealed class TrackedProcesses
{
    private const int ProcessesMax = 32768;
    private const int CommandLineSizeMax = 4096;

    private readonly ImmutableArray<TrackProcessModel> _models;
    private readonly bool _needsCommandLine;
    private readonly Dictionary<int, int[]> _blocksOf = [];
    private readonly int[] _counts;

    internal TrackedProcesses(ImmutableArray<TrackProcessModel> models)
    {
        _models = models;
        _needsCommandLine = models.Any(ProcessMatch.NeedsCommandLine);
        _counts = new int[models.Length];
    }

    /// <summary>How many processes each block means.</summary>
    internal ReadOnlySpan<int> Counts => _counts;

    /// <summary>Looks at every process; at most 32768 of them.</summary>
    internal void Scan()
    {
        _blocksOf.Clear();
        Array.Clear(_counts);
        int seen = 0;
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(directory.AsSpan("/proc/".Length), out int pid) && ++seen <= ProcessesMax)
            {
                Look(pid);
            }
        }
    }

    /// <summary>Takes note of one event.</summary>
    internal void Note(in ProcessEvent e)
    {
        switch (e.Kind)
        {
            case ProcessEventKind.Forked:
                // The child is what its parent is until it executes something, so nothing has to be read.
                Forget(e.Pid);
                if (_blocksOf.TryGetValue(e.ParentPid, out int[]? blocks))
                {
                    Remember(e.Pid, blocks);
                }
                break;
            case ProcessEventKind.Ended:
                Forget(e.Pid);
                break;
            default:
                Forget(e.Pid);
                Look(e.Pid);
                break;
        }
    }

    private void Look(int pid)
    {
        string comm = ReadText($"/proc/{pid}/comm").TrimEnd('\n');
        ImmutableArray<string> command = _needsCommandLine
            ? [.. ReadText($"/proc/{pid}/cmdline").TrimEnd('\0').Split('\0')] : [];
        List<int>? blocks = null;
        for (int block = 0; block < _models.Length; block++)
        {
            if (ProcessMatch.Matches(_models[block], comm, command))
            {
                (blocks ??= []).Add(block);
            }
        }
        if (blocks is not null && !HasEnded(pid))
        {
            Remember(pid, [.. blocks]);
        }
    }

    private void Remember(int pid, int[] blocks)
    {
        _blocksOf[pid] = blocks;
        foreach (int block in blocks)
        {
            _counts[block]++;
        }
    }

    private void Forget(int pid)
    {
        if (_blocksOf.Remove(pid, out int[]? blocks))
        {
            foreach (int block in blocks)
            {
                _counts[block]--;
            }
        }
    }

    /// <summary>One that has ended, and whose parent has yet to learn it, still has a name.</summary>
    private static bool HasEnded(int pid)
    {
        // proc(5): pid (comm) state; the name may contain anything.
        string stat = ReadText($"/proc/{pid}/stat");
        int end = stat.LastIndexOf(')');
        return end < 0 || end + 2 >= stat.Length || stat[end + 2] is 'Z' or 'X';
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
}
