using System.Text;
using Holdfast.Http.H1;
using Holdfast.Http.Headers;

namespace Holdfast.Fuzz;

/// <summary>
/// A proxy without sockets: bytes of one connection in; what it does step by step, the messages that it understood, and
/// the bytes that it sends on.
/// </summary>
public sealed class PaperProxy
{
    private readonly H1Head _head;
    private readonly RequestMethod? _answers;
    private readonly List<byte> _received = [];
    private readonly List<byte> _sent = [];
    private readonly List<byte> _payload = [];
    private ChunkDecoder _decoder;
    private H1Head? _trailers;
    private long _left;
    private Stage _stage;

    /// <summary>A proxy at the start of a connection.</summary>
    /// <param name="leniency">What is forgiven.</param>
    /// <param name="answers">Null: the bytes are requests. Else they are answers to this method.</param>
    public PaperProxy(H1Leniency leniency, RequestMethod? answers)
    {
        _head = new H1Head(leniency: leniency);
        _answers = answers;
    }

    private enum Stage
    {
        Head,
        Length,
        UntilClose,
        Chunks,
        Trailers,
        Over,
    }

    /// <summary>What was done: the words of tests/garden/README.md.</summary>
    public List<string> Steps { get; } = [];

    /// <summary>Each message that was understood, with its payload.</summary>
    public List<string> Messages { get; } = [];

    /// <summary>The bytes that went on.</summary>
    public byte[] Sent => [.. _sent];

    /// <summary>Takes bytes.</summary>
    public void Receive(ReadOnlySpan<byte> bytes)
    {
        _received.AddRange(bytes);
        while (Step())
        {
        }
    }

    /// <summary>The sender has no more.</summary>
    /// <returns>The steps, with "; " between them.</returns>
    public string Finish()
    {
        if (_stage == Stage.UntilClose)
        {
            Keep();
        }
        else if ((_stage == Stage.Head && _received.Count > 0) || _stage is Stage.Chunks or Stage.Trailers)
        {
            Steps.Add("wait");
        }
        if (_stage == Stage.Over && Steps is [.., "last"])
        {
            Steps[^1] = "closed";
            if (_received.Count == 0)
            {
                Steps.RemoveAt(Steps.Count - 1);
            }
        }
        return string.Join("; ", Steps);
    }

    private bool Step() => _stage switch
    {
        Stage.Head => _received.Count > 0 && TakeHead(),
        Stage.Length => TakeLength(),
        Stage.UntilClose => TakeRest(),
        Stage.Chunks => TakeChunks(),
        Stage.Trailers => TakeTrailers(),
        _ => false,
    };

    private bool TakeHead()
    {
        byte[] bytes = [.. _received];
        H1Result result = _answers is RequestMethod method
            ? H1Parser.ParseResponse(bytes, _head, new(method, OffersUpgrade: false))
            : H1Parser.ParseRequest(bytes, _head);
        if (result.Outcome == H1Outcome.NeedMore)
        {
            return false;
        }
        if (result.Outcome == H1Outcome.Error)
        {
            Steps.Add($"refuse {Status(result.Error)}");
            _stage = Stage.Over;
            return false;
        }
        Write(bytes);
        _received.RemoveRange(0, result.Consumed);
        Begin(bytes);
        return true;
    }

    private void Write(byte[] bytes)
    {
        HeadView view = _head.On(bytes);
        byte[] output = new byte[bytes.Length + 200];
        var options = new WriteOptions
        {
            Body = _head.Announced, Version = _head.Version, LowerCaseNames = true,
            Connection = view.OffersUpgrade ? ConnectionField.Upgrade
                : !_head.KeepAlive ? ConnectionField.Close
                : _head.Version == H1Version.Http10 ? ConnectionField.KeepAlive : ConnectionField.None,
        };
        bool fits = _answers is null
            ? HeadWriter.TryWriteRequest(view, options, output, out int length)
            : HeadWriter.TryWriteResponse(view, options, output, out length);
        FuzzFaultException.Unless(fits, "no room for a head");
        _sent.AddRange(output.AsSpan(0, length));
    }

    private void Begin(byte[] bytes)
    {
        HeadView view = _head.On(bytes);
        _payload.Clear();
        Messages.Add($"{Text(view.Method)} {_head.Status} {Text(view.Target)} "
            + $"{Text(view.First(KnownHeader.Host))} {_head.Body}");
        bool isTunnel = _answers is null && (_head.Method == RequestMethod.Connect || view.OffersUpgrade);
        if (isTunnel)
        {
            Steps.Add(view.OffersUpgrade ? "forward upgrade" : "forward tunnel");
            _stage = Stage.Over;
            return;
        }
        _left = _head.Body.Length;
        _decoder = new(_head.Leniency);
        _stage = _head.Body.Kind switch
        {
            BodyKind.Length when _left > 0 => Stage.Length,
            BodyKind.Chunked => Stage.Chunks,
            BodyKind.UntilClose => Stage.UntilClose,
            _ => Stage.Head,
        };
        if (_stage != Stage.Chunks)
        {
            Steps.Add(_head.Body.Kind switch
            {
                BodyKind.Length => $"forward length:{_head.Body.Length}",
                BodyKind.UntilClose => "forward until-close",
                _ => "forward none",
            });
        }
        if (_stage == Stage.Head)
        {
            End();
        }
    }

    private bool TakeLength()
    {
        int count = (int)Math.Min(_left, _received.Count);
        Pay(_received[..count]);
        _sent.AddRange(_received[..count]);
        _received.RemoveRange(0, count);
        _left -= count;
        if (_left > 0)
        {
            return false;
        }
        End();
        return true;
    }

    private bool TakeRest()
    {
        Pay(_received);
        _sent.AddRange(_received);
        _received.Clear();
        return false;
    }

    private bool TakeChunks()
    {
        byte[] bytes = [.. _received];
        ChunkStep step = _decoder.Next(bytes);
        if (step.Kind == ChunkStepKind.Error)
        {
            Cut(step.Error);
            return false;
        }
        if (step.Kind == ChunkStepKind.Payload)
        {
            byte[] payload = bytes[step.PayloadStart..step.Consumed];
            byte[] line = new byte[ChunkWriter.HeaderMax];
            _sent.AddRange(line.AsSpan(0, ChunkWriter.WriteHeader(payload.Length, line)));
            _sent.AddRange(payload);
            _sent.AddRange(ChunkWriter.End);
            Pay(payload);
        }
        _received.RemoveRange(0, step.Consumed);
        if (step.Kind == ChunkStepKind.Trailers)
        {
            _trailers = new H1Head(leniency: _head.Leniency);
            _stage = Stage.Trailers;
            return true;
        }
        return _received.Count > 0;
    }

    private bool TakeTrailers()
    {
        byte[] bytes = [.. _received];
        H1Result result = H1Parser.ParseTrailers(bytes, _trailers!);
        if (result.Outcome == H1Outcome.NeedMore)
        {
            return false;
        }
        if (result.Outcome == H1Outcome.Error)
        {
            Cut(result.Error);
            return false;
        }
        byte[] output = new byte[bytes.Length + 10];
        bool fits = HeadWriter.TryWriteTrailers(_trailers!.On(bytes), lowerCaseNames: true, output, out int length);
        FuzzFaultException.Unless(fits, "no room for trailers");
        _sent.AddRange(ChunkWriter.LastChunk);
        _sent.AddRange(output.AsSpan(0, length));
        _received.RemoveRange(0, result.Consumed);
        Steps.Add("forward chunked");
        End();
        return true;
    }

    private void Cut(H1Error error)
    {
        Steps.Add($"cut {Status(error)}");
        _stage = Stage.Over;
    }

    private void Pay(IReadOnlyCollection<byte> bytes) => _payload.AddRange(bytes);

    private void Keep() => Messages[^1] += $" '{Text([.. _payload])}'";

    private void End()
    {
        Keep();
        _stage = Stage.Head;
        if (!_head.KeepAlive)
        {
            Steps.Add("last");
            _stage = Stage.Over;
        }
        _head.Reset();
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    private int Status(H1Error error)
        => _answers is null ? H1Errors.RequestStatus(error) : H1Errors.ResponseStatus;
}
