namespace Holdfast.Balancing.Hashing;

/// <summary>What a request is balanced by, hashed; without a value (a header that is absent) balancing is by turns.
/// </summary>
/// <param name="HasValue">Whether the request has what is hashed.</param>
/// <param name="Value">The hash.</param>
public readonly record struct HashKey(bool HasValue, uint Value)
{
    /// <summary>The request has not what is hashed.</summary>
    public static HashKey None => default;

    /// <summary>A hash.</summary>
    public static HashKey Of(uint value) => new(true, value);
}

/// <summary>How keys are hashed: the second and third word of haproxy.cfg's <c>hash-type</c>.</summary>
/// <param name="Function">The function.</param>
/// <param name="Avalanche">Whether the result is spread over all bits.</param>
public readonly record struct HashMethod(HashFunction Function, bool Avalanche)
{
    /// <summary><c>hash-type map-based</c>, and what holds without that line.</summary>
    public static HashMethod MapBasedDefault => new(HashFunction.Sdbm, Avalanche: false);

    /// <summary><c>hash-type consistent</c> without a function.</summary>
    public static HashMethod ConsistentDefault => new(HashFunction.Sdbm, Avalanche: true);

    /// <summary>The hash of a key.</summary>
    public HashKey Hash(ReadOnlySpan<byte> key) => Finish(Hash32.Compute(Function, key));

    /// <summary>A value that is a hash itself (a source address): only spread.</summary>
    public HashKey Finish(uint value) => HashKey.Of(Avalanche ? Hash32.Avalanche(value) : value);
}
