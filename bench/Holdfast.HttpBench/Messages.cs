using System.Text;

namespace Holdfast.HttpBench;

/// <summary>What is parsed: typical messages, small and large.</summary>
internal static class Messages
{
    public static readonly byte[] Small = Bytes(
        "GET /index.html HTTP/1.1\r\nHost: www.example.org\r\nUser-Agent: curl/8.5.0\r\nAccept: */*\r\n\r\n");

    public static readonly byte[] Browser = Bytes(
        "GET /shop/articles/4711?ref=start&page=2 HTTP/1.1\r\nHost: www.example.org\r\n"
        + "Connection: keep-alive\r\nsec-ch-ua: \"Chromium\";v=\"140\", \"Not=A?Brand\";v=\"24\"\r\n"
        + "sec-ch-ua-mobile: ?0\r\nsec-ch-ua-platform: \"Linux\"\r\nUpgrade-Insecure-Requests: 1\r\n"
        + "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 "
        + "Safari/537.36\r\nAccept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;"
        + "q=0.8\r\nSec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-User: ?1\r\n"
        + "Sec-Fetch-Dest: document\r\nReferer: https://www.example.org/shop/\r\n"
        + "Accept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: en-US,en;q=0.9,de;q=0.8\r\n"
        + "Cookie: session=7d1f0c0e9b8a4f6b8a9e3f2d1c0b9a87; _ga=GA1.1.1234567890.1690000000; consent=all; "
        + "theme=dark; cart=3f2d1c0b9a87\r\nIf-None-Match: W/\"5f2d1c0b-9a87\"\r\n\r\n");

    public static readonly byte[] Response = Bytes(
        "HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\nContent-Type: text/html; "
        + "charset=utf-8\r\nContent-Length: 10240\r\nLast-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
        + "ETag: \"2ebd3-2800\"\r\nAccept-Ranges: bytes\r\nCache-Control: max-age=60\r\n\r\n");

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);
}
