namespace Holdfast.Http.H1;

/// <summary>
/// How a response goes on to the client that asked: a pure choice by both sides' versions and by how the server ends
/// its body. Bodies are always framed anew, so what the server did with its connection does not decide about the
/// client's.
/// </summary>
/// <param name="Body">How the body is sent. Chunked from the server may be until-close for a 1.0 client.</param>
/// <param name="Announced">What the head says: <see cref="WriteOptions.Body"/>.</param>
/// <param name="Connection">The Connection field to be written.</param>
/// <param name="KeepAlive">Whether the client's connection goes on behind this response.</param>
public readonly record struct AnswerPlan(
    BodyFraming Body, BodyFraming Announced, ConnectionField Connection, bool KeepAlive)
{
    /// <summary>Plans an answer.</summary>
    /// <param name="client">The client's version: a 1.0 client reads no chunks (RFC 9112 section 7.1).</param>
    /// <param name="clientKeepsAlive"><see cref="H1Head.KeepAlive"/> of the request, and our own wish.</param>
    /// <param name="response">The parsed response.</param>
    /// <param name="written">
    /// Version in the status line that is written; below 1.1, staying connected must be said.
    /// </param>
    /// <param name="chunkUnknownLength">
    /// Whether a 1.1 client gets chunks where the server just closes, so that its connection goes on and a cut is seen
    /// (nginx); HAProxy closes.
    /// </param>
    public static AnswerPlan Of(
        H1Version client, bool clientKeepsAlive, H1Head response, H1Version written, bool chunkUnknownLength = false)
    {
        if (response.Body.Kind == BodyKind.Tunnel)
        {
            ConnectionField field = response.Status == 101 ? ConnectionField.Upgrade : ConnectionField.None;
            return new(BodyFraming.Tunnel, BodyFraming.Tunnel, field, false);
        }
        if (response.Status < 200)
        {
            return new(BodyFraming.None, BodyFraming.None, ConnectionField.None, true);
        }
        BodyFraming body = response.Body;
        BodyFraming announced = response.Announced;
        if (client == H1Version.Http10 && announced.Kind == BodyKind.Chunked)
        {
            announced = BodyFraming.None;
            body = body.Kind == BodyKind.Chunked ? BodyFraming.UntilClose : body;
        }
        else if (client == H1Version.Http11 && body.Kind == BodyKind.UntilClose && chunkUnknownLength)
        {
            announced = body = BodyFraming.Chunked;
        }
        bool keepAlive = clientKeepsAlive && body.Kind != BodyKind.UntilClose;
        ConnectionField connection = !keepAlive ? ConnectionField.Close
            : client == H1Version.Http10 || written == H1Version.Http10 ? ConnectionField.KeepAlive
            : ConnectionField.None;
        return new(body, announced, connection, keepAlive);
    }
}
