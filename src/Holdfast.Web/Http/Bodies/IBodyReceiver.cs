namespace Holdfast.Web.Http.Bodies;

/// <summary>Who reads the body of a request.</summary>
internal interface IBodyReceiver
{
    /// <summary>Whether more may come.</summary>
    bool HasRoom { get; }

    /// <summary>A part of the body; the bytes hold during the call.</summary>
    void OnBody(ReadOnlySpan<byte> bytes);

    /// <summary>All of it has come.</summary>
    void OnBodyEnd();

    /// <summary>It does not come, or is none.</summary>
    /// <param name="status">What is answered; 0: the client is gone.</param>
    void OnBodyFailed(int status);
}

/// <summary>Drops a body.</summary>
internal sealed class BodyDropper : IBodyReceiver
{
    internal static BodyDropper Instance { get; } = new();

    public bool HasRoom => true;

    public void OnBody(ReadOnlySpan<byte> bytes)
    {
    }

    public void OnBodyEnd()
    {
    }

    public void OnBodyFailed(int status)
    {
    }
}
