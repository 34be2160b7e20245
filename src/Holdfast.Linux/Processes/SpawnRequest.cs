namespace Holdfast.Linux.Processes;

/// <summary>A descriptor of ours and the number that it gets in the new process.</summary>
/// <param name="Source">Number here.</param>
/// <param name="Target">Number there.</param>
public readonly record struct FdMapping(int Source, int Target);

/// <summary>Which process group and session a new process belongs to.</summary>
public enum SpawnGroup : byte
{
    /// <summary>Ours.</summary>
    Same,

    /// <summary>A new process group, whose leader it is.</summary>
    NewGroup,

    /// <summary>A new session, whose leader it is.</summary>
    NewSession,
}

/// <summary>What to start and how.</summary>
public sealed record SpawnRequest
{
    /// <summary>The program of the running process.</summary>
    public const string OwnProgram = "/proc/self/exe";

    /// <summary>Absolute path of the program. Default: <see cref="OwnProgram"/>.</summary>
    public string Path { get; init; } = OwnProgram;

    /// <summary>All arguments, from argv[0] on, which need not be the name of the program.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>The environment as NAME=VALUE. Default: empty.</summary>
    public IReadOnlyList<string> Environment { get; init; } = [];

    /// <summary>
    /// Descriptors that the process gets. All others above the highest target are closed, and those below it are
    /// as their close-on-exec flags say. Default: 0, 1 and 2 are ours.
    /// </summary>
    public IReadOnlyList<FdMapping> Descriptors { get; init; } = [new(0, 0), new(1, 1), new(2, 2)];

    /// <summary>Process group and session. Default: ours.</summary>
    public SpawnGroup Group { get; init; }

    /// <summary>Signals that are blocked in every thread of it. Default: none.</summary>
    public SignalSet BlockedSignals { get; init; }

    /// <summary>Where it starts; null: where we are.</summary>
    public string? WorkingDirectory { get; init; }
}
