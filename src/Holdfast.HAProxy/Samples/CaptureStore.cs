namespace Holdfast.HAProxy.Samples;

/// <summary>Captured values of a request and its response, by their slots.</summary>
public sealed class CaptureStore
{
    private StoredBytes[] _request = [];
    private StoredBytes[] _response = [];

    /// <summary>Slots of the request.</summary>
    public int RequestCount => _request.Length;

    /// <summary>Slots of the response.</summary>
    public int ResponseCount => _response.Length;

    /// <summary>The request cookie that <c>capture cookie</c> named.</summary>
    public StoredBytes RequestCookie { get; } = new();

    /// <summary>The response cookie that <c>capture cookie</c> named.</summary>
    public StoredBytes ResponseCookie { get; } = new();

    /// <summary>Method of the request as it came.</summary>
    public StoredBytes Method { get; } = new();

    /// <summary>Target of the request as it came.</summary>
    public StoredBytes Target { get; } = new();

    /// <summary>Whether there was no request, so that nothing could be captured: logs then show no slots.</summary>
    public bool AreMissing { get; set; }

    /// <summary>Makes room for the slots of a frontend.</summary>
    public void Resize(int request, int response)
    {
        Grow(ref _request, request);
        Grow(ref _response, response);
    }

    /// <summary>The most bytes of each slot, where a rule names it by its number.</summary>
    public IReadOnlyList<int> RequestLengths { get; set; } = [];

    /// <inheritdoc cref="RequestLengths"/>
    public IReadOnlyList<int> ResponseLengths { get; set; } = [];

    /// <summary>A slot of the request; null when there is none of this number.</summary>
    public StoredBytes? Request(int slot) => (uint)slot < (uint)_request.Length ? _request[slot] : null;

    /// <summary>A slot of the response; null when there is none of this number.</summary>
    public StoredBytes? Response(int slot) => (uint)slot < (uint)_response.Length ? _response[slot] : null;

    /// <summary>Forgets all values.</summary>
    public void Clear()
    {
        foreach (StoredBytes slot in _request)
        {
            slot.Clear();
        }
        foreach (StoredBytes slot in _response)
        {
            slot.Clear();
        }
        RequestCookie.Clear();
        ResponseCookie.Clear();
        Method.Clear();
        Target.Clear();
    }

    private static void Grow(ref StoredBytes[] slots, int count)
    {
        int before = slots.Length;
        if (count != before)
        {
            Array.Resize(ref slots, count);
        }
        for (int i = before; i < count; i++)
        {
            slots[i] = new StoredBytes();
        }
    }
}
