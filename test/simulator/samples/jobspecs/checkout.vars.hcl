image_tag   = "5.2.0"
payment_url = "https://payments.example/v1"
