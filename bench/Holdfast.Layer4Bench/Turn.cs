using Holdfast.Lab;

namespace Holdfast.Layer4Bench;

/// <summary>What one contender did in one turn.</summary>
/// <param name="Connections">Finished ones.</param>
/// <param name="Seconds">How long they took.</param>
/// <param name="CpuSeconds">Of the whole machine.</param>
/// <param name="Lost">Connections that never ended.</param>
internal readonly record struct Turn(double Connections, double Seconds, double CpuSeconds, long Lost = 0)
{
    internal double PerSecond => Connections / Seconds;

    internal double CpuMicroseconds => CpuSeconds * 1e6 / Connections;
}

/// <summary>A client, a director with 10.0.0.100 and two servers, in which contenders have their turns.</summary>
internal interface IConnectionLab : IDisposable
{
    /// <summary>Where contenders run.</summary>
    LabNode Director { get; }

    /// <summary>Whether it can be measured in this lab.</summary>
    bool Takes(Contender contender);

    /// <summary>Measures a contender, which has been started.</summary>
    /// <exception cref="InvalidOperationException">Connections failed.</exception>
    Turn Measure(Contender contender);
}
