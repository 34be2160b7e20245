using System.Globalization;

namespace Holdfast.Runtime.Continuity;

/// <summary>Why a supervisor goes on with a VRRP process that another one has started.</summary>
public enum ContinuationReason : byte
{
    /// <summary>The supervisor before was killed, and the VRRP process started this one.</summary>
    SupervisorLost,

    /// <summary>The supervisor before executed this program in its place.</summary>
    Upgrade,
}

/// <summary>What a supervisor takes over from the one before it. Handed over in the environment.</summary>
/// <param name="Reason">Why.</param>
/// <param name="VrrpPid">The running VRRP process.</param>
/// <param name="ChannelFd">Our end of the socket to it.</param>
/// <param name="BoardFd">Its state board.</param>
/// <param name="SnapshotFd">The configuration that it runs: a sealed memfd.</param>
/// <param name="Generation">Number of that configuration.</param>
/// <param name="Restarts">How often a VRRP process has been started again so far.</param>
public sealed record Continuation(
    ContinuationReason Reason, int VrrpPid, int ChannelFd, int BoardFd, int SnapshotFd, uint Generation, uint Restarts)
{
    /// <summary>The variable of the environment.</summary>
    public const string Variable = "HOLDFAST_CONTINUE";

    private const int FieldCount = 7;

    /// <summary>What the environment of this process says; null: a supervisor that begins afresh.</summary>
    public static Continuation? FromEnvironment() => Parse(Environment.GetEnvironmentVariable(Variable));

    /// <summary>The variable with its value.</summary>
    public string ToVariable()
        => string.Create(CultureInfo.InvariantCulture,
            $"{Variable}={(int)Reason},{VrrpPid},{ChannelFd},{BoardFd},{SnapshotFd},{Generation},{Restarts}");

    /// <summary>Reads the value of the variable.</summary>
    public static Continuation? Parse(string? text)
    {
        string[] parts = text?.Split(',') ?? [];
        if (parts.Length != FieldCount)
        {
            return null;
        }
        var numbers = new int[FieldCount];
        for (int i = 0; i < FieldCount; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
            {
                return null;
            }
        }
        return new((ContinuationReason)numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], (uint)numbers[5],
            (uint)numbers[6]);
    }
}
