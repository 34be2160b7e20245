namespace Holdfast.Runtime.Supervision;

/// <summary>A configuration and its number.</summary>
internal sealed record NumberedConfiguration(LoadedConfiguration Configuration, uint Generation);

/// <summary>What a process runs, and what is on its way to it.</summary>
/// <remarks>
/// Only one that knew an entry can remove it. So a process that follows a dead one begins with the last configuration
/// that was confirmed, and takes all those after it, one by one, however often it dies meanwhile.
/// </remarks>
internal sealed class ConfigurationTrail
{
    private readonly List<NumberedConfiguration> _pending = [];

    /// <summary>So many may be on their way; of more, the oldest is forgotten. It takes a crash for each.</summary>
    internal static int PendingMax => 16;

    /// <summary>What was confirmed last, or what the first process was started with.</summary>
    internal NumberedConfiguration? Running { get; private set; }

    /// <summary>What was not confirmed, the oldest first.</summary>
    internal IReadOnlyList<NumberedConfiguration> Pending => _pending;

    /// <summary>A process begins afresh with this one.</summary>
    internal void Begin(NumberedConfiguration configuration)
    {
        Running = configuration;
        _pending.Clear();
    }

    /// <summary>Another one is wanted.</summary>
    internal void Add(NumberedConfiguration configuration)
    {
        if (_pending.Count == PendingMax)
        {
            _pending.RemoveAt(0);
        }
        _pending.Add(configuration);
    }

    /// <summary>The process runs this one.</summary>
    internal void Confirm(uint generation)
    {
        int index = _pending.FindIndex(c => c.Generation == generation);
        if (index >= 0)
        {
            Running = _pending[index];
            _pending.RemoveRange(0, index + 1);
        }
    }

    /// <summary>The process does not run this one, and goes on with the one before.</summary>
    internal void Refuse(uint generation) => _pending.RemoveAll(c => c.Generation == generation);

    /// <summary>What was wanted last is what the next process begins with: nothing of the others is left.</summary>
    internal void Forget()
    {
        if (_pending.Count > 0)
        {
            Begin(_pending[^1]);
        }
    }
}
