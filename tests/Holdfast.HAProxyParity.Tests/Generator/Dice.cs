namespace Holdfast.HAProxyParity.Tests.Generator;

/// <summary>Choices of a seed.</summary>
internal sealed class Dice(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>Once in so many times.</summary>
    public bool OneIn(int times) => _random.Next(times) == 0;

    /// <summary>From 0, below the limit.</summary>
    public int Below(int limit) => _random.Next(limit);

    /// <summary>One line of a text.</summary>
    public string Line(string lines) => Pick(lines.Split('\n'));

    public T Pick<T>(IReadOnlyList<T> list) => list[_random.Next(list.Count)];
}
