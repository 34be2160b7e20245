using System.Collections.Immutable;
using Holdfast.Config.Keepalived.Model;

namespace Holdfast.Runtime.Trackers;

/// <summary>Decides whether a process is one that a <c>vrrp_track_process</c> block means.</summary>
internal static class ProcessMatch
{
    private const int CommSizeMax = 15;

    /// <summary>Whether the command line must be read; the name alone is cheaper.</summary>
    internal static bool NeedsCommandLine(TrackProcessModel model)
        => model.FullCommand || model.Process.Length > 1 || model.ParameterMatch is not null;

    internal static bool Matches(TrackProcessModel model, string comm, ImmutableArray<string> commandLine)
    {
        if (model.Process.IsEmpty)
        {
            return false;
        }
        string wanted = model.Process[0];
        if (!NeedsCommandLine(model))
        {
            return comm == (wanted.Length > CommSizeMax ? wanted[..CommSizeMax] : wanted);
        }
        if (commandLine.IsDefaultOrEmpty)
        {
            return false;
        }
        string program = model.FullCommand || wanted.Contains('/') ? commandLine[0] : Path.GetFileName(commandLine[0]);
        return program == wanted && ParametersMatch(model, commandLine.AsSpan()[1..]);
    }

    private static bool ParametersMatch(TrackProcessModel model, ReadOnlySpan<string> given)
    {
        ReadOnlySpan<string> wanted = model.Process.AsSpan()[1..];
        if (model.ParameterMatch is null)
        {
            return given.SequenceEqual(wanted);
        }
        if (wanted.IsEmpty)
        {
            return true;
        }
        if (given.Length < wanted.Length || !given[..(wanted.Length - 1)].SequenceEqual(wanted[..^1]))
        {
            return false;
        }
        // "initial": the last parameter begins with ours; "partial": ours stands anywhere in it.
        string last = given[wanted.Length - 1];
        return model.ParameterMatch == "initial"
            ? last.StartsWith(wanted[^1], StringComparison.Ordinal)
            : last.Contains(wanted[^1], StringComparison.Ordinal);
    }
}
