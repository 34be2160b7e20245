using Holdfast.Http.H1;
using Holdfast.Nginx.Ranges;
using Holdfast.Nginx.Requests;
using Holdfast.Nginx.Sites;
using Holdfast.Web.Http.Answers;
using Holdfast.Web.Http.Bodies;
using Holdfast.Web.Http.Content;
using Holdfast.Web.Http.Passing;
using Holdfast.Web.Http.Places;
using Holdfast.Web.Http.Sessions;

namespace Holdfast.Web.Http;

/// <summary>A request and its answer. Objects are used again.</summary>
/// <remarks>
/// Files: what expressions ask (<c>.Facts.cs</c>), TLS (<c>.Tls.cs</c>), the phases (<c>.Phases.cs</c>),
/// the answer (<c>.Answering.cs</c>),
/// pages of errors (<c>.Errors.cs</c>), the end and the logs (<c>.Ending.cs</c>).
/// </remarks>
internal sealed partial class Exchange
{
    private static readonly H1Limits s_limits = new(
        HeadBytesMax: 1 << 20, HeadersMax: 1000, EditFieldsMax: 1, EditBytesMax: 0);

    private byte[] _headBytes = new byte[1024];
    private int _headLength;
    private ContentSource? _source;
    private bool _isAnswered;

    /// <summary>The client's connection.</summary>
    internal ClientSession Session { get; private set; } = null!;

    /// <summary>The head of the request.</summary>
    internal H1Head Head { get; } = new(s_limits, H1Leniency.LineFeedAlone | H1Leniency.NonAsciiTarget
        | H1Leniency.FragmentInTarget | H1Leniency.HostDiffers | H1Leniency.BodyOnHttp10Get);

    /// <summary>The request as directives see it.</summary>
    internal Request Request { get; } = new();

    /// <summary>The head of the answer.</summary>
    internal AnswerHead Answer { get; } = new();

    /// <summary>The body of the request, as far as somebody has read it.</summary>
    internal RequestBody Body { get; } = new();

    /// <summary>Sends a file, when the answer is one.</summary>
    internal Files.FileSource FileSource { get; } = new();

    /// <summary>Ranges that are asked for.</summary>
    internal RangeList Ranges { get; } = new();

    /// <summary>Where the answer goes.</summary>
    internal IAnswerSink Sink { get; private set; } = null!;

    /// <summary>The request that this is a subrequest of; null: a client's.</summary>
    internal Exchange? Parent { get; private set; }

    /// <summary>Passing it on to another server; null: it is not.</summary>
    internal PassedRequest? Passing { get; private set; }

    private PassedRequest? _passed;

    /// <summary>Passes it on.</summary>
    internal void PassOn(PassProgram program)
    {
        Passing = _passed ??= new PassedRequest(Http.Loop);
        Passing.Begin(this, program);
    }

    /// <summary>Whether something makes the body.</summary>
    internal bool HasSource => _source is not null;

    /// <summary>The server.</summary>
    internal Site Site { get; private set; } = null!;

    /// <summary>What holds where the request stands.</summary>
    internal PlaceProgram Place => (PlaceProgram)Request.Place.Program!;

    /// <summary>The loop's part of http.</summary>
    internal HttpLoop Http => Session.Http;

    /// <summary>Whether the connection goes on behind the answer.</summary>
    internal bool KeepsAlive { get; set; }

    /// <summary>Whether the answer's head has been put.</summary>
    internal bool IsAnswered => _isAnswered;

    /// <summary>Begins for a client.</summary>
    internal void Begin(ClientSession session)
    {
        Session = session;
        Sink = session;
        Head.Reset();
        _beganAt = 0;
    }

    /// <summary>Keeps the bytes of the head, which stood in the client's buffer.</summary>
    internal void Remember(ReadOnlySpan<byte> bytes)
    {
        if (_headBytes.Length < bytes.Length)
        {
            _headBytes = new byte[bytes.Length];
        }
        bytes.CopyTo(_headBytes);
        _headLength = bytes.Length;
    }

    /// <summary>Forgets the request.</summary>
    internal void Clear()
    {
        _source = null;
        _isAnswered = _isDone = _isComplete = _mayNotBody = false;
        _headPut = _bodyPut = 0;
        _step = 0;
        _hasErrorPage = false;
        _identity = default;
        DropFilters();
        CanSeek = _isPumping = LeavesConditions = false;
        _replacement = 0;
        SoughtRange = null;
        SoughtParts = null;
        Ranges.Clear();
        ForgetSteps();
        Passing?.Forget();
        Passing = null;
        Parent = null;
        Answer.Clear();
        Body.Clear();
        Request.Clear();
        if (_headBytes.Length > HeadKept)
        {
            _headBytes = new byte[HeadKept];
        }
    }

    private const int HeadKept = 16384;
}
