using Holdfast.Primitives;

namespace Holdfast.Runtime.Supervision;

/// <summary>What a status is made of besides what the supervisor knows.</summary>
[Flags]
internal enum StatusPart : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>What the VRRP process says.</summary>
    Vrrp = 1,

    /// <summary>What the checks process says.</summary>
    Checks = 2,

    /// <summary>What the proxy process says.</summary>
    Proxy = 4,

    /// <summary>What the web server says.</summary>
    Web = 8,
}

/// <summary>A request for the status that waits for the children.</summary>
/// <param name="id">Comes back in their answers.</param>
/// <param name="client">Who asked.</param>
/// <param name="deadline">When it is answered with what is there.</param>
internal sealed class PendingStatus(uint id, ControlConnection client, MonotonicTime deadline)
{
    internal uint Id => id;

    internal ControlConnection Client => client;

    internal MonotonicTime Deadline => deadline;

    /// <summary>Who has not answered yet.</summary>
    internal StatusPart Missing { get; set; }

    /// <summary>JSON of the VRRP process; empty: it did not answer.</summary>
    internal ReadOnlyMemory<byte> Vrrp { get; private set; }

    /// <summary>JSON of the checks process; empty: it did not answer.</summary>
    internal ReadOnlyMemory<byte> Checks { get; private set; }

    /// <summary>JSON of the proxy process; empty: it did not answer.</summary>
    internal ReadOnlyMemory<byte> Proxy { get; private set; }

    /// <summary>JSON of the web server; empty: it did not answer.</summary>
    internal ReadOnlyMemory<byte> Web { get; private set; }

    internal void Set(StatusPart part, ReadOnlyMemory<byte> json)
    {
        if (part == StatusPart.Vrrp)
        {
            Vrrp = json;
        }
        else if (part == StatusPart.Checks)
        {
            Checks = json;
        }
        else if (part == StatusPart.Proxy)
        {
            Proxy = json;
        }
        else
        {
            Web = json;
        }
    }
}
